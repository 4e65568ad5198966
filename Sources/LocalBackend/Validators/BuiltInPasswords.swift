extension CommonPasswordValidator {
    /// The common passwords that come with the validator, in lower case: obvious words, alone and with what people append to satisfy a
    /// rule, and patterns of keys and digits. It was made from such rules, not from a list of leaked passwords.
    public static let builtInPasswords: Set<String> = {
        var all: Set<String> = []
        for word in words {
            all.formUnion(endings.map { word + $0 })
            for form in leetspeak(word) { all.formUnion(["", "1", "123", "!", "1!", "123!"].map { form + $0 }) }
            all.formUnion([word + word, String(word.reversed())] + ["1", "123", "my", "the"].map { $0 + word })
        }
        for row in keyRows {
            for line in [row, String(row.reversed())] {
                let keys = Array(line)
                for start in keys.indices {
                    for end in keys.indices where end - start >= 2 {
                        let run = String(keys[start...end])
                        all.formUnion([run, run + run, run + "1", run + "123", run + "!"])
                    }
                }
            }
        }
        for character in "0123456789abcdefghijklmnopqrstuvwxyz" {
            for count in 3...16 { all.insert(String(repeating: character, count: count)) }
        }
        for number in 0..<100 {
            let pair = (number < 10 ? "0" : "") + String(number)
            for count in 2...6 { all.insert(String(repeating: pair, count: count)) }
        }
        for number in 0..<1000 {
            let digits = String(String(1000 + number).dropFirst())
            all.formUnion([digits + digits, digits + String(digits.reversed())])
        }
        for year in 1940...2040 { all.formUnion(["\(year)", "\(year)\(year)"]) }
        for season in ["spring", "summer", "autumn", "fall", "winter"] + months {
            for year in 2000...2040 { all.formUnion(["\(season)\(year)", "\(season)\(year)!", "\(season)@\(year)"]) }
        }
        all.formUnion(others)
        return all
    }()

    /// The word with all letters replaced that have a look-alike, and with those of one kind alone.
    private static func leetspeak(_ word: String) -> [String] {
        let lookAlikes: [(Character, Character)] = [("a", "@"), ("e", "3"), ("i", "1"), ("o", "0"), ("s", "$")]
        var all = word
        for (letter, sign) in lookAlikes { all = all.replacing(String(letter), with: String(sign)) }
        return [all] + lookAlikes.map { word.replacing(String($0), with: String($1)) }
    }

    private static let endings = [
        "", "0", "00", "01", "1", "11", "12", "123", "1234", "12345", "123456", "2", "21", "22", "23", "3", "321", "4",
        "5", "6", "666", "69", "7", "77", "777", "8", "88", "9", "99", "007", "!", "!!", "1!", "12!", "123!", "1234!",
        "@1", "@123", "@1234", "#1", "#123", ".", "?", "_1", "_123", "*", "$",
    ]

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// Rows, columns and zigzags of keys.
    private static let keyRows = [
        "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl",
        "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6", "1qaz2wsx3edc4rfv5tgb",
        "qazwsxedcrfvtgb", "qweasdzxc", "147258369", "741852963", "159357", "123qweasdzxc", "!@#$%^&*()",
        "a1b2c3d4e5f6",
        "a1s2d3f4g5", "1a2b3c4d5e",
    ]

    private static let others = [
        "abc123", "123abc", "abcd1234", "1234abcd", "a123456", "a12345678", "123456a", "1234qwer", "qwer1234",
        "asdf1234",
        "q1w2e3r4", "passw0rd", "p@ssw0rd", "p@ssword", "pa55word", "pa$$word", "pass1234word", "112233", "11223344",
        "1122334455", "102030", "10203040", "123123123", "12341234", "1234554321", "987654321", "123654", "147852",
        "246810", "13579", "135790", "314159", "31415926", "271828", "8675309", "420420", "696969", "911911",
        "correcthorsebatterystaple", "correct horse battery staple", "letmein", "let me in", "iloveyou", "i love you",
        "ncc1701", "thx1138", "r2d2c3po", "fuckyou", "trustno1", "blink182", "rush2112", "matrix", "00000", "000000",
    ]

    private static let words = [
        // What is asked for, and what it is asked for by.
        "password", "passwort", "motdepasse", "contrasena", "senha", "heslo", "parola", "passphrase", "passcode",
        "pass",
        "secret", "private", "letmein", "welcome", "login", "logon", "signin", "access", "open", "opensesame", "sesame",
        "changeme", "change", "default", "guest", "user", "username", "admin", "administrator", "root", "toor",
        "system",
        "manager", "master", "owner", "service", "server", "support", "helpdesk", "operator", "demo", "test", "testing",
        "tester", "temp", "temporary", "sample", "nothing", "whatever", "nopass", "unknown", "initial",
        "start",
        // What it stands in front of.
        "computer", "internet", "windows", "linux", "ubuntu", "debian", "oracle", "cisco", "database", "network",
        "google",
        "facebook", "android", "samsung", "apple", "microsoft", "office", "company", "enterprise", "business", "email",
        "django", "python", "swift", "ldap", "directory", "keyboard", "monitor", "laptop",
        // What people like.
        "love", "loveme", "loveyou", "iloveyou", "sweet", "honey", "baby", "angel", "princess", "prince", "queen",
        "king",
        "lover", "sexy", "beautiful", "sunshine", "rainbow", "flower", "butterfly", "diamond", "silver", "golden",
        "purple",
        "orange", "banana", "cherry", "cookie", "chocolate", "cheese", "pepper", "coffee", "happy", "smile", "lucky",
        "friend", "friends", "family", "forever", "freedom", "heaven", "jesus", "christ", "god", "blessed", "magic",
        // What they play, watch and follow.
        "dragon", "monkey", "tiger", "lion", "eagle", "falcon", "wolf", "bear", "shark", "horse", "cat", "kitty",
        "kitten",
        "dog", "doggy", "puppy", "rabbit", "dolphin", "panther", "phoenix", "spider", "snoopy", "garfield", "mickey",
        "football", "baseball", "basketball", "hockey", "soccer", "tennis", "golf", "liverpool", "arsenal", "chelsea",
        "barcelona", "realmadrid", "juventus", "yankees", "cowboys", "lakers", "superman", "batman", "spiderman",
        "ironman",
        "starwars", "startrek", "pokemon", "naruto", "minecraft", "nintendo", "playstation", "gamer", "games", "player",
        "hunter", "killer", "ninja", "samurai", "warrior", "soldier", "wizard", "merlin", "gandalf", "hello",
        "helloworld",
        "music", "guitar", "metallica", "nirvana", "rocknroll", "porsche", "ferrari", "mercedes", "mustang", "corvette",
        "harley", "yamaha", "honda", "toyota",
        // Whom they think of, and where they are.
        "michael", "michelle", "jennifer", "jessica", "jordan", "robert", "daniel", "thomas", "andrew", "anthony",
        "charlie",
        "george", "harry", "william", "joshua", "matthew", "richard", "steven", "martin", "alex", "alexander", "nicole",
        "ashley", "amanda", "hannah", "maria", "anna", "laura", "sarah", "sophie", "london", "paris", "berlin",
        "newyork",
        "america", "england", "canada", "germany", "france", "india", "summer", "winter", "spring", "autumn", "monday",
        "friday", "sunday",
        // Keys.
        "qwerty", "qwertz", "azerty", "asdf", "asdfgh", "zxcvbn", "qazwsx", "abc", "abcd", "xyz", "qwe", "asd", "zxc",
    ]
}
