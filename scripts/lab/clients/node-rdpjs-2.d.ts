/** As much of the library as is used here; it brings no types. */
declare module 'node-rdpjs-2' {
  interface Client {
    on(event: 'connect' | 'close' | 'error' | 'bitmap', told: (fault?: Error) => void): this;
    connect(host: string, port: number): void;
  }
  export function createClient(settings: object): Client;
}
