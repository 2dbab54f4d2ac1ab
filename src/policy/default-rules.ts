/** The rules of a service that was given none: people reach, as themselves, what an administrator has marked for it, and nothing else. */
export const defaultRules = `// Whoever is signed in may open a host labelled access=self with their own account.
@id("self-service")
@minutes("60")
permit (
  principal,
  action == Action::"open",
  resource in Label::"access=self"
)
when { context.account.own };
`;
