public import AuthCore
import LDAPBackend

extension Bridge {
    /// How many accounts are looked up at a time, and then linked in one transaction.
    private static var adoptionBatch: Int { 16 }

    /// Links accounts that nobody owns to the entries of the same name: those with an unusable password, no link, neither staff nor superuser,
    /// active, of which there is one here and one in the directory. For a site that brought its accounts along.
    ///
    /// The reconciler decides, as at a login under `adopt: unusable`. An outage ends it; what was done until then stays.
    /// - Parameters:
    ///   - directory: The directory's name; `nil` for the only one there is. It is asked once for each account.
    ///   - writes: Whether the accounts are linked, or it is only shown which would be.
    ///   - cause: Who wants this.
    /// - Returns: What became of each account that has no link.
    /// - Throws: ``AdministrationError`` if there is no such directory; what the store throws when it cannot list the accounts.
    public func adoptAccounts(
        into directory: String? = nil, writes: Bool = true, cause: ChangeCause
    ) async throws -> Adoption {
        let directory = try chainedDirectory(named: directory)
        var adoption = Adoption(directory: directory.name)
        var candidates: [AccountRecord] = []
        let records = try await store.accounts()
        let holders = Dictionary(grouping: records) { LoginName.fold($0.user.username) }
        for record in records {
            if record.link != nil {
                adoption.alreadyLinked += 1
            } else if let left = Adoption.obstacle(
                to: record, among: holders[LoginName.fold(record.user.username)] ?? [])
            {
                adoption.left.append(left)
            } else {
                candidates.append(record)
            }
        }
        var rest = candidates[...]
        while !rest.isEmpty, adoption.outage == nil {
            let batch = Array(rest.prefix(Self.adoptionBatch))
            rest = rest.dropFirst(batch.count)
            let (found, outage) = await entries(of: batch, in: directory)
            adoption.outage = outage
            do {
                try await adopt(found, writes: writes, cause, &adoption)
                adoption.notAsked += batch.count - found.count
            } catch let outage as AuthenticationOutage {
                adoption.outage = outage
                adoption.notAsked += batch.count
            }
        }
        adoption.notAsked += rest.count
        adoption.left.sort { $0.user.username < $1.user.username }
        return adoption
    }

    /// Looks up some accounts at once.
    /// - Returns: Those that could be, in order, and what went wrong with the others.
    private func entries(
        of records: [AccountRecord], in directory: LDAPBackend
    ) async -> (found: [(record: AccountRecord, entry: NamedEntry)], outage: AuthenticationOutage?) {
        let context = AuthenticationContext(deadline: .now + configuration.loginDeadline)
        let answers = await withTaskGroup(of: (Int, Result<NamedEntry, any Error>).self) { group in
            for (index, record) in records.enumerated() {
                group.addTask {
                    do {
                        let name = LoginName(record.user.username)
                        return (index, .success(try await directory.entry(named: name, context)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var found: [(record: AccountRecord, entry: NamedEntry)] = []
        var outage: AuthenticationOutage?
        for (index, answer) in answers.sorted(by: { $0.0 < $1.0 }) {
            switch answer {
            case .success(let entry): found.append((records[index], entry))
            case .failure(let error):
                outage =
                    outage ?? error as? AuthenticationOutage
                    ?? AuthenticationOutage(.serverDown, "'\(directory.name)' failed: \(error)", underlying: error)
            }
        }
        return (found, outage)
    }

    /// Decides on accounts that were looked up, and links them in one transaction.
    private func adopt(
        _ found: [(record: AccountRecord, entry: NamedEntry)], writes: Bool, _ cause: ChangeCause,
        _ adoption: inout Adoption
    ) async throws {
        var left: [Adoption.Left] = []
        var ready: [(user: User, link: ExternalLink, plan: AccountPlan)] = []
        for (record, entry) in found {
            func leave(_ reason: Adoption.Reason, _ explanation: String) {
                left.append(Adoption.Left(user: record.user, reason: reason, explanation: explanation))
            }
            switch entry {
            case .none(let explanation): leave(.noEntry, explanation)
            case .several(let dns):
                leave(.severalEntries, "the name stands for more than one entry: \(dns.joined(separator: " and "))")
            case .one(let link, let username):
                // Whoever may write a mail address into an entry must not get another's account by it.
                guard LoginName.fold(username) == LoginName.fold(record.user.username) else {
                    leave(.otherName, "the entry found is \(link.dn ?? link.id), which goes by '\(username)'")
                    continue
                }
                let external = ExternalAccount(link: link, username: username, groupsAreComplete: false)
                let state = try await store.localState(for: external)
                if let holder = state.linked {
                    leave(.entryTaken, "\(link.dn ?? link.id) is the account '\(holder.user.username)'")
                    continue
                }
                let policy = MirrorPolicy(adopt: .unusable, newUsers: .refuse)
                switch reconcile(external, with: state, under: policy) {
                case .refused(let refusal): leave(.refused, refusal.explanation)
                case .changes(let changes, _):
                    let subject = AccountPlan.Subject.external(external, basis: state, policy: policy)
                    ready.append((record.user, link, AccountPlan(subject: subject, changes: changes)))
                }
            }
        }
        var applied: [AppliedPlan?] = ready.map { _ in nil }
        if writes { applied = try await store.apply(ready.map(\.plan), cause: cause) }
        for ((user, link, _), result) in zip(ready, applied) {
            // Somebody may have logged in, or been changed, since the accounts were listed.
            if let refusal = result?.refusal {
                left.append(Adoption.Left(user: user, reason: .refused, explanation: refusal.explanation))
            } else if let result, result.user?.id != user.id {
                let holder = result.user?.username ?? ""
                left.append(
                    Adoption.Left(user: user, reason: .entryTaken, explanation: "the entry is the account '\(holder)'"))
            } else {
                adoption.linked.append(Adoption.Linked(user: user, link: link))
            }
        }
        adoption.left += left
    }
}
