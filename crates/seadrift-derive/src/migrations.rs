//! `migrations!()`: the migration files of the calling crate, in the binary.

use std::{env, fs, io, path::Path};

use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The value of `migrations!()`.
///
/// # Errors
/// When it is given arguments, or the folder cannot be read.
pub fn expand(input: TokenStream) -> syn::Result<TokenStream> {
    if !input.is_empty() {
        return Err(syn::Error::new_spanned(input, "migrations!() takes no arguments"));
    }
    let error = |text: String| syn::Error::new(Span::call_site(), text);
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|e| error(format!("CARGO_MANIFEST_DIR: {e}")))?;
    let folder = Path::new(&root).join("migrations");
    let names = toml_files(&folder).map_err(|e| error(format!("cannot read {}: {e}", folder.display())))?;
    let files = names.iter().map(|name| {
        let path = format!("/migrations/{name}");
        quote!((#name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), #path))))
    });
    Ok(quote! {
        ::seadrift::project::MigrationFiles {
            folder: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
            files: &[#(#files),*],
        }
    })
}

/// The names of the `*.toml` files in a folder, sorted; none when it does not exist.
fn toml_files(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
