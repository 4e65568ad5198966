extension BindResult {
    /// What is wrong with an account beside its name or password, where the server says so; `nil` if it does not.
    var accountProblem: String? {
        switch passwordPolicy?.error {
        case .accountLocked: return "the account is locked"
        case .passwordExpired: return "its password has expired"
        default: break
        }
        if passwordExpired { return "its password has expired" }
        switch activeDirectoryRefusal {
        case .accountLocked: return "the account is locked"
        case .accountDisabled: return "the account is disabled"
        case .accountExpired: return "the account has expired"
        case .passwordExpired: return "its password has expired"
        case .mustChangePassword: return "its password has to be changed first"
        case .logonHours: return "the account may not log in at this hour"
        case .workstation: return "the account may not log in from this machine"
        default: return nil
        }
    }
}
