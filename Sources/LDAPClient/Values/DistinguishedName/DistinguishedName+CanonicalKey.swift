extension DistinguishedName {
    /// A text that two names have in common exactly if they are equal, as a key for tables and files.
    ///
    /// It is plain ASCII, so that comparing it as text compares its octets, and it is not meant to be read as a DN.
    public var canonicalKey: String {
        var key: [UInt8] = []
        for name in relativeNames {
            if !key.isEmpty { key.append(UInt8(ascii: ",")) }
            name.appendKey(to: &key)
        }
        return String(decoding: key, as: UTF8.self)
    }
}

extension RelativeDistinguishedName {
    /// The part of a canonical key that stands for this name.
    func appendKey(to key: inout [UInt8]) {
        for (index, part) in unordered.enumerated() {
            if index > 0 { key.append(UInt8(ascii: "+")) }
            key += Array(part.preparedType.utf8)
            key.append(UInt8(ascii: "="))
            for byte in part.preparedValue {
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "\\"), 0..<0x20, 0x7F...0xFF:
                    ASCII.appendEscaped(byte, to: &key)
                default:
                    key.append(byte)
                }
            }
        }
    }
}
