/// Texts as JSON (RFC 8259), for `json_each` and for columns that hold objects of texts. An encoder of the library takes ten times as long, and
/// this runs for each change of a sync.
enum JSONText {
    /// An array of texts.
    static func array(_ texts: some Sequence<String>) -> String {
        var json: [UInt8] = [UInt8(ascii: "[")]
        for text in texts {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            append(text, to: &json)
        }
        json.append(UInt8(ascii: "]"))
        return String(decoding: json, as: UTF8.self)
    }

    /// An array of numbers.
    static func array(_ numbers: some Sequence<Int64>) -> String {
        "[" + numbers.map(String.init).joined(separator: ",") + "]"
    }

    /// An object, in the order of its keys.
    static func object(_ members: [String: String]) -> String {
        var json: [UInt8] = [UInt8(ascii: "{")]
        for (key, value) in members.count < 2 ? Array(members) : members.sorted(by: { $0.key < $1.key }) {
            if json.count > 1 { json.append(UInt8(ascii: ",")) }
            append(key, to: &json)
            json.append(UInt8(ascii: ":"))
            append(value, to: &json)
        }
        json.append(UInt8(ascii: "}"))
        return String(decoding: json, as: UTF8.self)
    }

    /// Section 7: quotation mark, reverse solidus and control characters are escaped.
    private static func append(_ text: String, to json: inout [UInt8]) {
        json.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<0x20:
                json += Array((byte < 0x10 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
            default: json.append(byte)
            }
        }
        json.append(UInt8(ascii: "\""))
    }
}
