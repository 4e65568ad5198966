import ArgumentParser
import AuthCore
import DirectoryBridge

/// `dirbridge group …`
struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Look at groups and make local ones.",
        subcommands: [List.self, Show.self, Create.self])

    /// `dirbridge group list`
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the groups.")

        @OptionGroup var options: ConfigurationOption
        @Flag(help: "Print one JSON document on standard output.") var json = false

        func run() async throws {
            try await options.withBridge(.readOnly) { bridge in
                let groups = try await bridge.store.groups()
                if json {
                    try Output.json(GroupListDocument(groups: groups.map(GroupDocument.init)))
                } else {
                    let rows = groups.map { [$0.name, $0.link?.source ?? "local", $0.link?.dn ?? ""] }
                    Output.result(Output.table([["NAME", "FROM", "ENTRY"]] + rows))
                }
            }
        }
    }

    /// `dirbridge group show GROUP`
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a group with its members and permissions.")

        @OptionGroup var options: ConfigurationOption
        @Flag(help: "Print one JSON document on standard output.") var json = false
        @Argument(help: "The group's name.") var group: String

        func run() async throws {
            try await options.withBridge(.readOnly) { bridge in
                guard let found = try await bridge.store.groups().first(where: { $0.name == group }) else {
                    throw CommandFailure("There is no group named '\(group)'; see: dirbridge group list", .rejected)
                }
                let document = GroupShowDocument(
                    group: GroupDocument(found), members: try await bridge.store.members(of: found.id).map(\.username),
                    permissions: try await bridge.store.permissions(ofGroups: [found.name])[found.name]?.sorted() ?? [])
                json ? try Output.json(document) : Output.result(document.text)
            }
        }
    }

    /// `dirbridge group create GROUP`
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Create a local group.",
            discussion: "A group of a directory is never mirrored into it, also if it has the same name.")

        @OptionGroup var options: ConfigurationOption
        @Argument(help: "The group's name.") var group: String

        func run() async throws {
            try await options.withBridge { bridge in
                try await bridge.createGroup(group, cause: .currentAdministrator)
                Output.message("Created the group \(group).")
            }
        }
    }
}
