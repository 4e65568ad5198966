/// Mistakes on this side: the account that exists here, and who may have one.
extension Mistake {
    static let local: [Mistake] = [
        Mistake(
            name: "a local account of the same name", preparation: [["user", "create", "alice"]],
            answer: "denied nameCollision", step: "local account", cause: "An account named 'alice' exists",
            remedy: "dirbridge user link alice"),
        Mistake(
            name: "no new people", directory: ["new_users: refuse"], answer: "denied newUsersNotAllowed",
            step: "local account", cause: "new_users: refuse makes none", remedy: "dirbridge user create alice"),
        Mistake(
            name: "new people wait", directory: ["new_users: pending"], answer: "denied pendingApproval",
            step: "local account", cause: "waits for an administrator", remedy: "dirbridge user activate alice"),
        Mistake(
            name: "made inactive here",
            preparation: [["login", "alice"], ["user", "deactivate", "alice"]], answer: "denied accountDisabled",
            step: "local account", cause: "'alice' is not active", remedy: "dirbridge user activate alice"),
    ]
}
