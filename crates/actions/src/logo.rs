//! The organisation's logo. What is given is decoded within limits, laid on white, made small and
//! encoded anew: nothing but its pixels is kept, and nothing of it can be more than a picture.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use holdfast_domain::{
    Actor, Object, Permission, Refusal,
    org::{LOGO_BYTES_MAX, LOGO_KEPT_MAX, LOGO_KEPT_MIN, LOGO_PIXELS_MAX, Logo},
};
use holdfast_store::org as rows;
use image::{
    DynamicImage, ImageDecoder as _, ImageEncoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
    imageops,
};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::{Ctx, Error, Record, Result, UnitOfWork, permit};

/// Memory for decoding: the largest picture allowed has two bytes to each of four channels.
const DECODE_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// One is decoded at a time: it takes memory, and nobody is in a hurry.
static DECODING: Semaphore = Semaphore::const_new(1);
/// The field of the form.
const FIELD: &str = "file";

/// The logo, where there is one.
pub async fn view(ctx: &Ctx, actor: &Actor) -> Result<Option<Logo>> {
    permit(ctx, actor, Permission::EditSettings, Object::None).await?;
    Ok(rows::logo(ctx.db(), actor.org_id).await?)
}

/// Sets it from a PNG or JPEG.
///
/// # Errors
/// A refusal when the role does not allow it, or the bytes are no picture that can be a logo.
pub async fn set(ctx: &Ctx, actor: &Actor, given: Vec<u8>) -> Result<Logo> {
    permit(ctx, actor, Permission::EditSettings, Object::None).await?;
    if given.len() > LOGO_BYTES_MAX {
        return Err(Refusal::TooLarge(format!("{} MiB", LOGO_BYTES_MAX / 1024 / 1024)).into());
    }
    let decoding = DECODING.acquire().await.map_err(|error| Error::failed("logo", error))?;
    let made = tokio::task::spawn_blocking(move || {
        // Held to the end, also when nobody waits for it any more.
        let _decoding = decoding;
        normalised(&given)
    });
    let made = made.await;
    // A decoder that panicked has not read it either.
    let logo = made.unwrap_or_else(|_| Err(unreadable()))?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = rows::logo_sha256(&mut work.tx, actor.org_id).await?;
    if before.as_ref() != Some(&logo.sha256) {
        rows::set_logo(&mut work.tx, actor.org_id, &logo, work.now).await?;
        work.record(
            Record::new("org.logo_set", "org", actor.org_id)
                .with("sha256", logo.sha256.clone())
                .with("sha256_before", before),
        );
    }
    work.commit().await?;
    Ok(logo)
}

/// Removes it; says whether there was one.
pub async fn remove(ctx: &Ctx, actor: &Actor) -> Result<bool> {
    permit(ctx, actor, Permission::EditSettings, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = rows::logo_sha256(&mut work.tx, actor.org_id).await?;
    let was_there = before.is_some();
    if was_there {
        rows::remove_logo(&mut work.tx, actor.org_id).await?;
        work.record(Record::new("org.logo_removed", "org", actor.org_id).with("sha256_before", before));
    }
    work.commit().await?;
    Ok(was_there)
}

/// The logo as the data of a report has it.
pub(crate) async fn in_report(ctx: &Ctx, actor: &Actor) -> Result<Option<String>> {
    Ok(rows::logo(ctx.db(), actor.org_id).await?.map(|logo| STANDARD.encode(logo.png)))
}

fn unreadable() -> Error {
    refused("This picture cannot be read. Save it anew as PNG and send that.")
}

fn refused(words: impl Into<String>) -> Error {
    Refusal::field(FIELD, words).into()
}

/// The picture as it is kept: on white, not larger than paper needs, without what else its file held.
///
/// # Errors
/// A refusal when the bytes are no picture that can be a logo.
pub fn normalised(given: &[u8]) -> Result<Logo> {
    let picture = on_white(&decoded(given)?.into_rgba8());
    let (width, height) = picture.dimensions();
    let (most_wide, most_high) = LOGO_KEPT_MAX;
    let picture = if width > most_wide || height > most_high {
        let picture = DynamicImage::ImageRgb8(picture);
        picture.resize(most_wide, most_high, imageops::FilterType::Lanczos3).into_rgb8()
    } else {
        picture
    };
    let (width, height) = picture.dimensions();
    if width < LOGO_KEPT_MIN || height < LOGO_KEPT_MIN {
        return Err(refused(
            "This picture is too small or too narrow to be seen on paper. Choose one that is at least 32 pixels high.",
        ));
    }
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Best, FilterType::Adaptive)
        .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgb8)
        .map_err(|error| Error::failed("logo", error))?;
    let sha256 = hex::encode(Sha256::digest(&png));
    Ok(Logo { png, sha256, width: width.into(), height: height.into() })
}

fn decoded(given: &[u8]) -> Result<DynamicImage> {
    let mut reader = ImageReader::new(Cursor::new(given));
    reader = reader.with_guessed_format().map_err(|error| Error::failed("logo", error))?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(refused("Choose a PNG or JPEG. An SVG can be exported as PNG by the program that drew it."));
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| unreadable())?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > LOGO_PIXELS_MAX {
        let most = LOGO_PIXELS_MAX / 1_000_000;
        let words =
            format!("This picture has {width} × {height} pixels; {most} million are the most. Make it smaller.");
        return Err(refused(words));
    }
    let turned = decoder.orientation().map_err(|_| unreadable())?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| unreadable())?;
    picture.apply_orientation(turned);
    Ok(picture)
}

/// Paper is white, and what is see-through on it looks so too.
fn on_white(picture: &image::RgbaImage) -> RgbImage {
    let laid = |channel: u8, alpha: u8| {
        let (channel, alpha) = (u32::from(channel), u32::from(alpha));
        u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
    };
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        Rgb([laid(red, alpha), laid(green, alpha), laid(blue, alpha)])
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::{Rgba, RgbaImage};

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn words(given: &[u8]) -> String {
        match normalised(given) {
            Err(Error::Refused(Refusal::Invalid(errors))) => {
                assert_eq!(errors[0].field, FIELD);
                errors[0].message.clone()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_picture_is_made_small_opaque_and_the_same_each_time() {
        let clear = RgbaImage::from_fn(1200, 300, |x, _| Rgba([200, 0, 0, if x < 600 { 255 } else { 0 }]));
        let given = encoded(&DynamicImage::ImageRgba8(clear), ImageFormat::Png);
        let logo = normalised(&given).unwrap();
        assert_eq!((logo.width, logo.height), (480, 120));
        let kept = image::load_from_memory_with_format(&logo.png, ImageFormat::Png).unwrap();
        assert_eq!(kept.color(), image::ColorType::Rgb8);
        let kept = kept.into_rgb8();
        assert_eq!((kept.get_pixel(5, 60).0, kept.get_pixel(470, 60).0), ([200, 0, 0], [255, 255, 255]));
        assert_eq!(normalised(&given).unwrap(), logo);
    }

    #[test]
    fn a_small_one_keeps_its_pixels_and_loses_everything_else() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(64, 40, Rgb([1, 2, 3])));
        let mut given = encoded(&picture, ImageFormat::Png);
        given.extend_from_slice(b"<script>alert(1)</script>");
        let logo = normalised(&given).unwrap();
        assert_eq!((logo.width, logo.height), (64, 40));
        assert!(!logo.png.windows(7).any(|part| part == b"<script"));
        let jpeg = normalised(&encoded(&picture, ImageFormat::Jpeg)).unwrap();
        assert_eq!((jpeg.width, jpeg.height), (64, 40));
    }

    #[test]
    fn what_is_no_picture_is_refused_with_what_to_do() {
        let png = encoded(&DynamicImage::ImageRgb8(RgbImage::new(64, 40)), ImageFormat::Png);
        assert!(words(b"<svg xmlns='http://www.w3.org/2000/svg'/>").contains("PNG or JPEG"));
        assert!(words(b"").contains("PNG or JPEG"));
        assert!(words(b"GIF89a\x01\0\x01\0").contains("PNG or JPEG"));
        assert!(words(&png[..png.len() / 2]).contains("cannot be read"));
        let strip = encoded(&DynamicImage::ImageRgb8(RgbImage::new(2000, 20)), ImageFormat::Png);
        assert!(words(&strip).contains("too narrow"));
    }

    #[test]
    fn a_picture_that_says_it_is_huge_is_refused_before_it_is_decoded() {
        let mut png = encoded(&DynamicImage::ImageRgb8(RgbImage::new(64, 40)), ImageFormat::Png);
        png[16..24].copy_from_slice(&[0, 0, 0x7f, 0xff, 0, 0, 0x7f, 0xff]);
        let crc = crc(&png[12..29]);
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(words(&png).contains("32767 × 32767"));
    }

    #[test]
    fn no_damaged_picture_does_more_than_be_refused() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(20, 14, |x, y| {
            Rgb([u8::try_from(x * 5).unwrap_or(0), u8::try_from(y * 7).unwrap_or(0), 90])
        }));
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = encoded(&picture, format);
            for place in 0..whole.len() {
                for value in [0x00, 0x7f, 0xff, whole[place] ^ 0x01] {
                    let mut given = whole.clone();
                    given[place] = value;
                    if let Ok(logo) = normalised(&given) {
                        assert!(logo.width <= 480 && logo.height <= 128);
                    }
                }
                let _ = normalised(&whole[..place]);
            }
        }
    }

    /// That of PNG's chunks (ISO/IEC 15948, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
        })
    }
}
