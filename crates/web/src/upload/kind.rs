//! What a file is, by its first bytes; and what it may be called.

/// What is taken at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Png,
    Jpeg,
    Webp,
    Pdf,
}

/// What a form takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// PNG, JPEG and WebP.
    Pictures,
    /// And PDF.
    PicturesAndPdf,
}

impl Kinds {
    pub(super) fn take(self, kind: Kind) -> bool {
        self == Self::PicturesAndPdf || kind != Kind::Pdf
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Pictures => "PNG, JPEG or WebP picture",
            Self::PicturesAndPdf => "PNG, JPEG or WebP picture and no PDF",
        }
    }
}

impl Kind {
    pub(super) fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'%', b'P', b'D', b'F', b'-', b'1' | b'2', b'.', ..] => Some(Self::Pdf),
            _ => None,
        }
    }

    pub(crate) fn media(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Pdf => "pdf",
        }
    }

    /// Whether a sender may call it so.
    pub(super) fn is_called(self, declared: &str) -> bool {
        let declared = declared.split(';').next().unwrap_or_default().trim();
        declared.eq_ignore_ascii_case(self.media())
            || (self == Self::Jpeg && declared.eq_ignore_ascii_case("image/jpg"))
    }
}

/// Whether nothing follows the end of a PDF.
pub(super) fn is_whole_pdf(bytes: &[u8]) -> bool {
    bytes.trim_ascii_end().ends_with(b"%%EOF")
}

/// What the sender called it, as far as that is harmless anywhere, with the ending of what it is.
pub(super) fn file_name(given: &str, extension: &str) -> String {
    let name = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem: String =
        stem.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).take(60).collect();
    let stem = stem.trim_matches([' ', '.']);
    format!("{}.{extension}", if stem.is_empty() { "file" } else { stem })
}
