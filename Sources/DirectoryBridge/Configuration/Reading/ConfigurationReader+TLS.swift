import Foundation
import LDAPClient

extension ConfigurationReader {
    /// `tls: {…}`.
    func tls(_ value: SettingsNode) -> LDAPTLSOptions {
        var options = LDAPTLSOptions()
        guard
            let section = value.section(
                "ca_file", "ca_folder", "certificate_file", "key_file", "server_name", "minimum_version", "start_tls")
        else { return options }
        options.caFile = section["ca_file"].flatMap(certificate)
        options.caDirectory = section["ca_folder"].flatMap(folder)
        options.clientCertificate = clientCertificate(section)
        options.serverName = section["server_name"].flatMap(hostName)
        if let version = section["minimum_version"]?.choice([("1.2", TLSVersion.v1_2), ("1.3", TLSVersion.v1_3)]) {
            options.minimumVersion = version
        }
        options.startTLS = section["start_tls"]?.bool() ?? false
        return options
    }

    /// What this side shows to servers that ask for it: both files, or neither.
    private func clientCertificate(_ section: SettingsSection) -> LDAPTLSOptions.ClientCertificate? {
        switch (section["certificate_file"], section["key_file"]) {
        case (nil, nil):
            return nil
        case (let certificate?, let key?):
            guard let certificateFile = self.certificate(certificate), let keyFile = pem(key, "private key") else {
                return nil
            }
            return LDAPTLSOptions.ClientCertificate(certificateFile: certificateFile, keyFile: keyFile)
        case (let lonely?, nil):
            lonely.fail("a certificate is of no use without its private key; add key_file.")
        case (nil, let lonely?):
            lonely.fail("a private key is of no use without its certificate; add certificate_file.")
        }
        return nil
    }

    /// The path of a file with certificates in PEM form.
    private func certificate(_ value: SettingsNode) -> String? {
        pem(value, "certificate")
    }

    private func pem(_ value: SettingsNode, _ kind: String) -> String? {
        guard let text = value.text() else { return nil }
        let path = path(text)
        guard let content = FileManager.default.contents(atPath: path) else {
            value.fail(SecretLocation.unreadable(path))
            return nil
        }
        let label = kind.uppercased()
        // Keys have several labels: PRIVATE KEY, EC PRIVATE KEY, RSA PRIVATE KEY.
        guard content.range(of: Data("-----BEGIN ".utf8)) != nil, content.range(of: Data("\(label)-----".utf8)) != nil
        else {
            value.fail("the file \(path) holds no \(kind) in PEM form (-----BEGIN \(label)-----).")
            return nil
        }
        return path
    }

    private func hostName(_ value: SettingsNode) -> String? {
        guard let text = value.text() else { return nil }
        guard (try? LDAPURL("ldaps://\(text)"))?.host == text.lowercased() else {
            value.fail("'\(text)' is no host name; write it as the certificate has it, like ldap.example.org.")
            return nil
        }
        return text
    }

    private func folder(_ value: SettingsNode) -> String? {
        guard let text = value.text() else { return nil }
        let path = path(text)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            value.fail(
                "there is no folder \(path); create it and put the certificates of the CAs into it as PEM files.")
            return nil
        }
        guard (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == false else {
            value.fail(
                "the folder \(path) is empty or cannot be read; put the certificates of the CAs into it as PEM files.")
            return nil
        }
        return path
    }
}
