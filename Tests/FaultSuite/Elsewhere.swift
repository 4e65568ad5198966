/// The faults that a client neither notices nor can do anything about.
enum Elsewhere {
    struct Row {
        var id: Int
        var title: String
        var reason: String
    }

    static let rows: [Row] = [
        Row(
            id: 45, title: "service account loses one attribute",
            reason: "the answer is right; the synchronization's guards judge the loss"),
        Row(id: 46, title: "account disabled while logged in", reason: "sessions are the application's"),
        Row(
            id: 47, title: "group removed, renamed or emptied",
            reason: "groups are judged by the backend and the synchronization"),
        Row(
            id: 48, title: "killed in the middle of the first load",
            reason: "the synchronization's (scripts/crash-test)"),
        Row(id: 49, title: "killed around a commit", reason: "the synchronization's (scripts/crash-test)"),
        Row(id: 52, title: "cookie corrupted in the database", reason: "the store's; cookies pass through here unread"),
        Row(
            id: 53, title: "session log of the provider lost",
            reason: "the synchronization's; phases are tested in LDAPClientTests"),
        Row(id: 54, title: "fail-over to a replica that lags", reason: "the synchronization compares states"),
        Row(id: 55, title: "partial replica", reason: "the synchronization's guards judge the loss"),
        Row(id: 56, title: "person renamed", reason: "identity is the synchronization's"),
        Row(id: 57, title: "person deleted and made again", reason: "identity is the synchronization's"),
        Row(id: 58, title: "person moved out of scope", reason: "absence is judged by the synchronization"),
        Row(id: 59, title: "two people exchange names", reason: "the store's"),
        Row(id: 60, title: "two synchronizations at once", reason: "the store's"),
        Row(id: 61, title: "synchronization paused for long", reason: "the store's"),
        Row(id: 62, title: "entry that cannot be mapped", reason: "mapping is the backend's; values are bytes here"),
        Row(id: 63, title: "entry that causes an exception", reason: "mapping is the backend's"),
        Row(
            id: 64, title: "directory ten times as large",
            reason: "the synchronization's guards; streams read only so far ahead"),
        Row(id: 65, title: "database locked", reason: "no database here"),
        Row(id: 66, title: "disk full", reason: "nothing is written here"),
        Row(id: 67, title: "database corrupt", reason: "no database here"),
        Row(id: 68, title: "database server down", reason: "no database here"),
        Row(id: 69, title: "transactions in conflict", reason: "no database here"),
        Row(id: 70, title: "power loss", reason: "nothing is written here"),
        Row(
            id: 73, title: "out of memory in a synchronization",
            reason: "Swift ends the process; what is stored is the store's"),
        Row(id: 75, title: "configuration reloaded", reason: "a client keeps the configuration that it was made with"),
        Row(id: 77, title: "one password tried on everybody", reason: "throttling is the application's"),
        Row(id: 78, title: "reverse proxy repeats requests", reason: "HTTP is the application's"),
    ]
}
