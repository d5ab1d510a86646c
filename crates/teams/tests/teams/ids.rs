//! What ids of games look like, at the edges of each form.

use teams::game::IdFormat;

#[test]
fn every_format_is_decided_at_its_edges() {
    let mlbb = IdFormat::Digits { min: 6, max: 12 };
    let (fifty, fifty_one) = ("a".repeat(50), "a".repeat(51));
    for (format, good, bad) in [
        (
            IdFormat::Riot,
            vec!["abc#123", "Ann_the 2nd#BD1", "abcdefghijklmnop#abcde", "বাঘ রাজা#DHK"],
            vec![
                "",
                "abc",
                "ab#123",
                "abc#12",
                "abc#123456",
                "a#b#123",
                "abc#1_3",
                "abc#বাঘ",
                " abc#123",
                "abc#123 ",
                "abcdefghijklmnopq#123",
                "a\nc#123",
            ],
        ),
        (
            IdFormat::Steam,
            vec!["76561190000000000", "76561198012345678"],
            vec![
                "",
                "7656119801234567",
                "765611980123456789",
                "86561198012345678",
                "7656119801234567a",
                "７6561198012345678",
            ],
        ),
        (mlbb, vec!["123456", "123456789012"], vec!["", "12345", "1234567890123", "12345a", "123 456", "১২৩৪৫৬"]),
        (IdFormat::Word, vec!["abc", "A_1", &fifty], vec!["", "ab", &fifty_one, "a-b", "a b", "ünï"]),
        (IdFormat::HyphenWord, vec!["a-b", "abc", &fifty], vec!["", "--", &fifty_one, "a b", "a.b"]),
        (
            IdFormat::Discord,
            vec!["ab", "@ab", "a.b_1", "Ann Lee#1234"],
            vec!["", "a", "@a", "a b", "@", "ab#123", "a#1234", "ab#12345", "ab#12x4"],
        ),
        (IdFormat::Line { max: 4 }, vec!["a", "2 10", "বাঘা"], vec!["", " ", "abcde", "a\n", " a"]),
    ] {
        for id in good {
            assert_eq!(format.check(id), Ok(()), "{format:?} {id:?}");
        }
        for id in bad {
            let expected = format.check(id).expect_err(id);
            assert!(expected.starts_with("write "), "{format:?} {id:?}: {expected}");
        }
    }
}
