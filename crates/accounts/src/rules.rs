//! What a username, an address and a password must be. Pure.

use crate::error::{Field, Invalid};

/// Longest username, in characters.
pub const USERNAME_MAX: usize = 150;
/// Longest address, in characters (RFC 5321, 4.5.3.1.3, less the brackets).
pub const EMAIL_MAX: usize = 254;
/// Shortest password, in characters.
pub const PASSWORD_MIN: usize = 8;
/// Longest password, in characters: enough for any passphrase, and a bound on the work of hashing.
pub const PASSWORD_MAX: usize = 256;

/// What a person writes into the sign-up form.
#[derive(Clone, Default)]
pub struct SignUp {
    /// Wanted username.
    pub username: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: String,
    /// The password again.
    pub password_again: String,
}

/// Without the passwords.
impl std::fmt::Debug for SignUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignUp").field("username", &self.username).field("email", &self.email).finish_non_exhaustive()
    }
}

impl SignUp {
    /// Every field that is wrong in itself; whether a name is taken only the database knows.
    pub fn invalid(&self) -> Vec<(Field, Invalid)> {
        let about_them = [self.username.as_str(), self.email.as_str()];
        let again = (self.password != self.password_again).then_some(Invalid::PasswordsDiffer);
        [
            (Field::Username, username(&self.username)),
            (Field::Email, email(&self.email)),
            (Field::Password, password(&self.password, &about_them)),
            (Field::PasswordAgain, again),
        ]
        .into_iter()
        .filter_map(|(field, invalid)| Some((field, invalid?)))
        .collect()
    }
}

/// What is wrong with this username.
pub fn username(name: &str) -> Option<Invalid> {
    let name = name.trim();
    // Letters with their marks: without these, many names in Bengali or Hindi could not be written.
    let allowed = |c: char| unicode_ident::is_xid_continue(c) || "@.+-".contains(c);
    match name {
        "" => Some(Invalid::Empty),
        _ if !name.chars().all(allowed) => Some(Invalid::UsernameCharacters),
        _ if name.chars().count() > USERNAME_MAX || kernel::text::fold_name(name).chars().count() > USERNAME_MAX => {
            Some(Invalid::UsernameLong)
        }
        _ => None,
    }
}

/// What is wrong with this address. Only its shape is looked at: whether mail arrives is proven
/// by a code, not by a pattern.
pub fn email(address: &str) -> Option<Invalid> {
    let address = address.trim();
    if address.is_empty() {
        return Some(Invalid::Empty);
    }
    let Some((local, domain)) = address.rsplit_once('@') else { return Some(Invalid::Email) };
    let plain = |c: char| !c.is_whitespace() && !c.is_control();
    let domain_ok = domain.contains('.')
        && domain.split('.').all(|part| {
            !part.is_empty()
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    let local_ok = !local.is_empty() && local.chars().count() <= 64 && local.chars().all(|c| plain(c) && c != '@');
    let fits = address.chars().count() <= EMAIL_MAX && kernel::text::fold(address).chars().count() <= EMAIL_MAX;
    (!domain_ok || !local_ok || !fits).then_some(Invalid::Email)
}

/// What is wrong with this password; `about_them` are words that an attacker would try first.
pub fn password(password: &str, about_them: &[&str]) -> Option<Invalid> {
    let length = password.chars().count();
    match length {
        0 => Some(Invalid::Empty),
        1..PASSWORD_MIN => Some(Invalid::PasswordShort),
        _ if length > PASSWORD_MAX => Some(Invalid::PasswordLong),
        _ if zxcvbn::zxcvbn(password, about_them).score() < zxcvbn::Score::Two => Some(Invalid::PasswordGuessable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames() {
        for (name, expected) in [
            ("ann", None),
            ("Ann.Smith+1@x-y_z", None),
            ("রহিম", None),
            ("চট্টগ্রাম", None),
            ("Zoë", None),
            ("", Some(Invalid::Empty)),
            ("  ", Some(Invalid::Empty)),
            ("ann smith", Some(Invalid::UsernameCharacters)),
            ("<b>", Some(Invalid::UsernameCharacters)),
            ("a\u{202e}b", Some(Invalid::UsernameCharacters)),
        ] {
            assert_eq!(username(name), expected, "{name:?}");
        }
        assert_eq!(username(&"a".repeat(150)), None);
        assert_eq!(username(&"a".repeat(151)), Some(Invalid::UsernameLong));
        // One letter that folds to three: what is stored must fit its column.
        assert_eq!(username(&"ﬃ".repeat(60)), Some(Invalid::UsernameLong));
    }

    #[test]
    fn addresses() {
        for good in ["ann@example.org", "a.b+c@x.co", "ann@münchen.de", "x@1.2"] {
            assert_eq!(email(good), None, "{good}");
        }
        for bad in ["ann", "@x.org", "ann@", "ann@x", "a b@x.org", "ann@x..org", "ann@-x.org", "a@b@x.org", "a\n@x.org"]
        {
            assert_eq!(email(bad), Some(Invalid::Email), "{bad:?}");
        }
        assert_eq!(email(&format!("{}@x.org", "a".repeat(65))), Some(Invalid::Email));
    }

    #[test]
    fn passwords() {
        let about = ["tasnim", "tasnim@example.org"];
        for (text, expected) in [
            ("", Some(Invalid::Empty)),
            ("x7!kQ2z", Some(Invalid::PasswordShort)),
            ("password", Some(Invalid::PasswordGuessable)),
            ("12345678", Some(Invalid::PasswordGuessable)),
            ("tasnim12", Some(Invalid::PasswordGuessable)),
            ("river lamp cactus", None),
            ("আমার সোনার বাংলা", None),
        ] {
            assert_eq!(password(text, &about), expected, "{text:?}");
        }
        assert_eq!(password(&"river lamp ".repeat(30), &about), Some(Invalid::PasswordLong));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let form = SignUp { username: "a b".into(), email: "x".into(), password: "short".into(), ..SignUp::default() };
        let fields: Vec<Field> = form.invalid().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Field::Username, Field::Email, Field::Password, Field::PasswordAgain]);
        assert!(!format!("{form:?}").contains("short"), "a password never shows in logs");
    }
}
