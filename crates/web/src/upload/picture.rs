//! Pictures are drawn anew: decoded within bounds that are known before the first pixel, and encoded again.

use std::io::Cursor;

use image::{
    ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};

use super::kind::Kind;

/// Longest side, in pixels.
const SIDE: u32 = 8_192;
/// Most bytes of pixels: twelve megapixels of a photograph, ten of a picture that is partly transparent.
const PIXEL_BYTES: u64 = 40 * 1024 * 1024;
/// Most bytes that a decoder may take for its own work.
const DECODER_BYTES: u64 = 64 * 1024 * 1024;
/// Longest picture after it was drawn anew, in bytes.
const RESULT: usize = 12 * 1024 * 1024;
const QUALITY: u8 = 88;

/// Why a picture is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PictureRefusal {
    /// It would take too much memory.
    #[error(
        "This picture is too large: {width} × {height} pixels. Make it smaller, 4,000 × 3,000 at most, and send it again."
    )]
    TooLarge { width: u32, height: u32 },
    /// It cannot be decoded.
    #[error("This picture is damaged. Save it anew and send it again.")]
    Broken,
    /// It cannot be stored in little room.
    #[error("This picture is too detailed to be kept. Save it as JPEG and send it again.")]
    TooDetailed,
}

/// The picture and what it is now. A WebP becomes JPEG, or PNG if it is partly transparent.
pub(super) fn draw_anew(bytes: &[u8], kind: Kind) -> Result<(Kind, Vec<u8>), PictureRefusal> {
    let picture = decode(bytes, kind)?;
    let kind = match kind {
        Kind::Webp if picture.color().has_alpha() => Kind::Png,
        Kind::Webp | Kind::Jpeg => Kind::Jpeg,
        Kind::Png | Kind::Pdf => Kind::Png,
    };
    let mut drawn = Vec::new();
    let encoded = match kind {
        Kind::Jpeg => JpegEncoder::new_with_quality(&mut drawn, QUALITY).encode_image(&picture),
        _ => picture.write_with_encoder(PngEncoder::new(&mut drawn)),
    };
    encoded.map_err(|_| PictureRefusal::Broken)?;
    if drawn.len() > RESULT { Err(PictureRefusal::TooDetailed) } else { Ok((kind, drawn)) }
}

fn decode(bytes: &[u8], kind: Kind) -> Result<DynamicImage, PictureRefusal> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Webp => ImageFormat::WebP,
        Kind::Pdf => return Err(PictureRefusal::Broken),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureRefusal::Broken)?;
    // What the header says, before a pixel is decoded.
    let (width, height) = decoder.dimensions();
    if width > SIDE || height > SIDE || decoder.total_bytes() > PIXEL_BYTES {
        return Err(PictureRefusal::TooLarge { width, height });
    }
    // How the camera was held stands beside the picture, where it would be lost.
    let turned = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureRefusal::Broken)?;
    picture.apply_orientation(turned);
    Ok(match picture.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => picture,
        color if color.has_alpha() => picture.into_rgba8().into(),
        _ => picture.into_rgb8().into(),
    })
}
