/** web-tree-sitter's declarations name it, and leave its declaration to a package that nothing else here needs. */
interface EmscriptenModule {
  readonly [name: string]: unknown;
}
