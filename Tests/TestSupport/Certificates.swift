import Foundation

/// A throwaway certificate authority and what it has signed, for tests of TLS. The files are PEM.
///
/// Made once per process by openssl(1) and deleted when the process ends.
public struct Certificates: Sendable {
    /// The certificates that a server can show.
    public enum Server: String, Sendable, CaseIterable {
        /// For `localhost`, `127.0.0.1` and `::1`.
        case valid
        /// For `ldap.elsewhere.test` only.
        case wrongHost
        /// For `localhost` and `127.0.0.1`, until 2021.
        case expired
        /// For `localhost` and `127.0.0.1`, from 2090 on.
        case notYetValid
        /// For `localhost` and `127.0.0.1`, signed by its own key.
        case selfSigned
    }

    /// The folder that holds the files.
    public let folder: String
    /// The file of the authority that has signed every ``Server`` certificate but ``Server/selfSigned``.
    public var authority: String { "\(folder)/ca.pem" }
    /// The file of an authority that has signed none of them.
    public var otherAuthority: String { "\(folder)/other-ca.pem" }

    /// The file of a client's certificate for `CN=Throwaway client`.
    public var clientCertificate: String { "\(folder)/client.pem" }
    /// The file of the client's private key.
    public var clientKey: String { "\(folder)/client.key" }

    /// The file of a client's certificate that has expired.
    public var expiredClientCertificate: String { "\(folder)/expiredClient.pem" }
    /// The file of the private key of ``expiredClientCertificate``.
    public var expiredClientKey: String { "\(folder)/expiredClient.key" }

    /// The file of a server's certificate.
    public func certificate(_ server: Server) -> String { "\(folder)/\(server.rawValue).pem" }

    /// The file of a server's private key.
    public func key(_ server: Server) -> String { "\(folder)/\(server.rawValue).key" }

    /// The certificates of this process; the first call makes them.
    public static func shared() async throws -> Certificates {
        try await made.value
    }

    private static let made = Task.detached {
        let folder = try makeFolderUntilExit()
        try await runSuccessfully("bash", ["-euc", script], workingDirectory: folder)
        return Certificates(folder: folder)
    }

    // `openssl ca` is used because it takes both dates: `openssl x509` of OpenSSL 3.0 cannot make an expired certificate.
    private static let script = """
        new="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        for ca in ca other-ca; do
          openssl req -x509 $new -keyout $ca.key -out $ca.pem -days 3650 -subj "/CN=Throwaway authority $ca" \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
        done
        : > index.txt
        cat > ca.conf <<END
        [ca]
        default_ca = it
        [it]
        database = index.txt
        rand_serial = yes
        new_certs_dir = .
        certificate = ca.pem
        private_key = ca.key
        default_md = sha256
        unique_subject = no
        policy = names
        [names]
        commonName = supplied
        END
        sign() {
          printf 'basicConstraints=CA:FALSE\\nextendedKeyUsage=%s\\nsubjectAltName=%s\\n' "${6:-serverAuth}" "$3" > $1.ext
          openssl req $new -keyout $1.key -out $1.csr -subj "/CN=$2"
          openssl ca -batch -notext -config ca.conf -extfile $1.ext -in $1.csr -out $1.pem -startdate $4 -enddate $5
        }
        sign valid localhost DNS:localhost,IP:127.0.0.1,IP:::1 20200101000000Z 20991231235959Z
        sign wrongHost ldap.elsewhere.test DNS:ldap.elsewhere.test 20200101000000Z 20991231235959Z
        sign expired localhost DNS:localhost,IP:127.0.0.1 20200101000000Z 20210101000000Z
        sign notYetValid localhost DNS:localhost,IP:127.0.0.1 20900101000000Z 20991231235959Z
        sign client "Throwaway client" DNS:client.test 20200101000000Z 20991231235959Z clientAuth
        sign expiredClient "Throwaway client" DNS:client.test 20200101000000Z 20210101000000Z clientAuth
        openssl req -x509 $new -keyout selfSigned.key -out selfSigned.pem -days 3650 -subj "/CN=Lonely server" \
          -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=DNS:localhost,IP:127.0.0.1
        """
}
