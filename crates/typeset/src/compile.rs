//! Typst source and data to PDF bytes. Runs only inside the worker (and this crate's tests): a
//! template can make it use any amount of memory and time, which only the process limits end.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{Datelike, Timelike};
use holdfast_domain::Timestamp as Instant;
use holdfast_report::{Limit, RenderError, Template, protocol::OUTPUT_BYTES_MAX};
use sha2::{Digest, Sha256};
use typst::{
    Library, WorldExt,
    diag::{SourceDiagnostic, Warned},
    foundations::{Datetime, Smart},
    layout::{Frame, FrameItem},
    model::Destination,
    syntax::DiagSpanKind,
    utils::{LazyHash, Scalar},
};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use typst_render::RenderOptions;

use crate::{
    sanitise::Sanitiser,
    world::{Fonts, ReportWorld, library},
};

/// Most pages of one document.
pub const PAGES_MAX: usize = 2_000;
/// Schemes that a link in a report may have.
const LINK_SCHEMES: &[&str] = &["https:", "http:", "mailto:"];
/// Most characters of a template's error text.
const MESSAGE_CHARS_MAX: usize = 4_000;

/// What is kept from one compile to the next: the parsed fonts, what they cover, the library.
pub struct Compiler {
    fonts: Fonts,
    library: LazyHash<Library>,
    sanitiser: Sanitiser,
}

/// A finished document.
#[derive(Debug)]
pub struct Compiled {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// Its pages.
    pub page_count: usize,
    /// The first of them as PNG, as many as were asked for.
    pub images: Vec<Vec<u8>>,
    /// What Typst warned of.
    pub warnings: Vec<String>,
}

/// Memoised results of one document are of no use to the next and grow without end, so they go
/// however the compile ends.
struct ForgetOnDrop;

impl Drop for ForgetOnDrop {
    fn drop(&mut self) {
        typst::comemo::evict(0);
    }
}

impl Default for Compiler {
    fn default() -> Self {
        Self::new()
    }
}

impl Compiler {
    /// Parses the bundled fonts.
    #[must_use]
    pub fn new() -> Self {
        let fonts = Fonts::bundled();
        let sanitiser = Sanitiser::new(&fonts);
        Self { fonts, library: library(), sanitiser }
    }

    /// Compiles a template with data (JSON, attached as it is, shown sanitised) as PDF/A-3a and
    /// PDF/UA-1. `as_of` (seconds since 1970) is the only date that the template and the PDF see.
    /// The same input gives the same bytes.
    ///
    /// # Errors
    /// `Data` when the data is not JSON or the time is not in a four-digit year, `Template` when
    /// Typst refuses, `Limit` over [`PAGES_MAX`] or [`OUTPUT_BYTES_MAX`].
    pub fn compile(&self, template: &Template, data: &[u8], as_of: i64) -> Result<Compiled, RenderError> {
        self.compile_with_images(template, data, as_of, 0)
    }

    /// The same, with the first `images` pages as pictures.
    ///
    /// # Errors
    /// As [`Self::compile`].
    pub fn compile_with_images(
        &self,
        template: &Template,
        data: &[u8],
        as_of: i64,
        images: usize,
    ) -> Result<Compiled, RenderError> {
        let _forget = ForgetOnDrop;
        let mut shown: serde_json::Value =
            serde_json::from_slice(data).map_err(|error| RenderError::Data(error.to_string()))?;
        let logo = take_logo(&mut shown)?;
        self.sanitiser.value(&mut shown);
        let shown = shown.to_string().into_bytes();
        let date =
            datetime(as_of).ok_or_else(|| RenderError::Data("its time lies outside the years 1970 to 9999".into()))?;
        let world = ReportWorld::new(&self.fonts, &self.library, template, shown, data, logo, date)
            .ok_or_else(|| RenderError::Template("a file of it has a bad path".into()))?;
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        let document = output.map_err(|errors| refused(&world, &errors))?;
        let page_count = document.pages().len();
        if page_count > PAGES_MAX {
            return Err(RenderError::Limit(Limit::Pages));
        }
        document.pages().iter().try_for_each(|page| check_links(&page.frame))?;
        // What was remembered while it was laid out is as large as the document; the PDF needs the latter only.
        typst::comemo::evict(0);
        let options = options(ident(template, data, as_of), date)?;
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| refused(&world, &errors))?;
        if bytes.len() > OUTPUT_BYTES_MAX {
            return Err(RenderError::Limit(Limit::OutputSize));
        }
        let images = pictures(&document, images)?;
        let warnings = warnings.iter().map(|warning| worded(&world, warning)).collect();
        Ok(Compiled { bytes, page_count, images, warnings })
    }
}

/// Pixels of a picture for each typographic point: a page of A4 is 893 pixels wide.
const PIXELS_PER_POINT: f64 = 1.5;

fn pictures(document: &PagedDocument, most: usize) -> Result<Vec<Vec<u8>>, RenderError> {
    let options = RenderOptions { pixel_per_pt: Scalar::new(PIXELS_PER_POINT), render_bleed: false };
    let picture = |page| {
        let png = typst_render::render(page, &options).encode_png();
        png.map_err(|error| RenderError::Template(format!("a page cannot be shown as a picture: {error}")))
    };
    document.pages().iter().take(most).map(picture).collect()
}

fn options(ident: String, date: Datetime) -> Result<PdfOptions, RenderError> {
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
        .map_err(|error| RenderError::Template(error.message().to_string()))?;
    Ok(PdfOptions {
        ident: Smart::Custom(ident),
        creator: Smart::Custom(Some("Holdfast".into())),
        timestamp: Some(Timestamp::new_utc(date)),
        page_ranges: None,
        standards,
        tagged: true,
        pretty: false,
    })
}

/// Names the document by what it is made of, never by when or where it was made.
fn ident(template: &Template, data: &[u8], as_of: i64) -> String {
    let mut hash = Sha256::new();
    match template {
        Template::Kind(kind) => hash.update(kind.as_str()),
        Template::Source(text) => hash.update(Sha256::digest(text)),
    }
    hash.update(as_of.to_be_bytes());
    hash.update(data);
    hex::encode(hash.finalize())
}

fn datetime(as_of: i64) -> Option<Datetime> {
    if !(0..=253_402_300_799).contains(&as_of) {
        return None;
    }
    let utc = Instant::from_seconds(as_of).utc();
    let [month, day, hour, minute, second] =
        [utc.month(), utc.day(), utc.hour(), utc.minute(), utc.second()].map(u8::try_from);
    Datetime::from_ymd_hms(utc.year(), month.ok()?, day.ok()?, hour.ok()?, minute.ok()?, second.ok()?)
}

/// Takes the logo out of the data, so that it is a picture to the template and not a text; in its place
/// stands that there is one.
fn take_logo(data: &mut serde_json::Value) -> Result<Option<Vec<u8>>, RenderError> {
    for place in ["/head/logo_png", "/logo_png"] {
        let Some(field) = data.pointer_mut(place) else { continue };
        let serde_json::Value::String(text) = field else { continue };
        let png = STANDARD.decode(text).map_err(|_| RenderError::Data("its logo is no base64".into()))?;
        *field = true.into();
        return Ok(Some(png));
    }
    Ok(None)
}

/// A report may lead to a web page or a mailbox, never to a script or a file.
fn check_links(frame: &Frame) -> Result<(), RenderError> {
    frame.items().try_for_each(|(_, item)| match item {
        FrameItem::Group(group) => check_links(&group.frame),
        FrameItem::Link(Destination::Url(url), _) => {
            let address = url.as_str().to_ascii_lowercase();
            if LINK_SCHEMES.iter().any(|scheme| address.starts_with(scheme)) {
                Ok(())
            } else {
                Err(RenderError::Template("a link may only be https, http or mailto".into()))
            }
        }
        _ => Ok(()),
    })
}

fn refused(world: &ReportWorld<'_>, errors: &[SourceDiagnostic]) -> RenderError {
    let lines: Vec<String> = errors.iter().take(10).map(|error| worded(world, error)).collect();
    RenderError::Template(lines.join("\n").chars().take(MESSAGE_CHARS_MAX).collect())
}

fn worded(world: &ReportWorld<'_>, diagnostic: &SourceDiagnostic) -> String {
    let file = match diagnostic.span.get() {
        DiagSpanKind::Detached => None,
        DiagSpanKind::Number { id, .. } | DiagSpanKind::Range { id, .. } => Some(id),
    };
    let place = file.zip(world.range(diagnostic.span)).and_then(|(id, range)| world.place(id, range.start));
    let hints = diagnostic.hints.iter().map(|hint| format!(" (hint: {})", hint.v));
    let hints: String = hints.collect();
    match place {
        Some(place) => format!("{place}: {}{hints}", diagnostic.message),
        None => format!("{}{hints}", diagnostic.message),
    }
}
