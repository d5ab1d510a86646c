//! Style sheets, the script and pictures: in the binary, under names that change with their content, so that
//! browsers may keep them for ever.

use std::{borrow::Cow, sync::LazyLock};

use axum::{
    body::Bytes,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

use crate::bracket;

struct Asset {
    /// `app.1f3a9c04.css`
    file: String,
    content_type: &'static str,
    bytes: Cow<'static, [u8]>,
}

fn asset(name: &str, extension: &str, content_type: &'static str, bytes: impl Into<Cow<'static, [u8]>>) -> Asset {
    let bytes = bytes.into();
    let print: String = Sha256::digest(&bytes).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    Asset { file: format!("{name}.{print}.{extension}"), content_type, bytes }
}

/// The design, the brackets, and the classes that brackets count with.
static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let css = [include_str!("../assets/app.css"), include_str!("../assets/bracket.css"), &bracket::rules()].concat();
    asset("app", "css", "text/css; charset=utf-8", css.into_bytes())
});
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("live", "js", "text/javascript; charset=utf-8", &include_bytes!("../assets/live.js")[..]));
static ADMIN: LazyLock<Asset> =
    LazyLock::new(|| asset("admin", "css", "text/css; charset=utf-8", &include_bytes!("../assets/admin.css")[..]));
static ICON: LazyLock<Asset> =
    LazyLock::new(|| asset("icon", "svg", "image/svg+xml", &include_bytes!("../assets/icon.svg")[..]));

/// Path of the style sheet.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", STYLE.file));
/// Path of the script that makes pages live.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", SCRIPT.file));
/// Path of the style sheet of the administration.
pub(crate) static ADMIN_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", ADMIN.file));
/// Path of the icon.
pub(crate) static ICON_PATH: LazyLock<String> = LazyLock::new(|| format!("/assets/{}", ICON.file));

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

pub(crate) async fn serve(Path(file): Path<String>) -> Response {
    match [&STYLE, &SCRIPT, &ADMIN, &ICON].into_iter().find(|asset| asset.file == file) {
        Some(asset) => send(asset, FOR_EVER),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(crate) async fn favicon() -> Response {
    send(&ICON, FOR_A_DAY)
}

/// The pages of a person are nobody else's affair.
pub(crate) async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /profile\nDisallow: /wallet\nDisallow: /notifications\nDisallow: /me/\nDisallow: /uploads\nDisallow: /live\n"
}

fn send(asset: &'static Asset, cache: HeaderValue) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, cache);
    (headers, Bytes::from_static(&asset.bytes)).into_response()
}
