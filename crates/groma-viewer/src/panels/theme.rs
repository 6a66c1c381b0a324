//! Colours of the window.

use bevy_egui::egui;

/// Sets dark or light colours; text has a contrast of at least 7 to 1 with what is behind it, weak text, errors and
/// warnings of 4.5 to 1 (WCAG 2.2).
pub fn set(ctx: &egui::Context, light: bool) {
    let theme = if light { egui::Theme::Light } else { egui::Theme::Dark };
    ctx.set_theme(theme);
    ctx.style_mut_of(theme, |style| {
        let v = &mut style.visuals;
        if light {
            v.override_text_color = Some(egui::Color32::from_gray(24));
            v.panel_fill = egui::Color32::from_rgb(244, 245, 247);
            v.weak_text_color = Some(egui::Color32::from_gray(88));
            v.error_fg_color = egui::Color32::from_rgb(176, 0, 0);
            v.warn_fg_color = egui::Color32::from_rgb(140, 72, 0);
        } else {
            v.override_text_color = Some(egui::Color32::from_gray(232));
            v.panel_fill = egui::Color32::from_rgb(32, 35, 40);
            v.weak_text_color = Some(egui::Color32::from_gray(168));
            v.error_fg_color = egui::Color32::from_rgb(255, 128, 118);
            v.warn_fg_color = egui::Color32::from_rgb(255, 184, 77);
        }
        v.selection.bg_fill =
            if light { egui::Color32::from_rgb(250, 200, 110) } else { egui::Color32::from_rgb(140, 85, 10) };
        v.disabled_alpha = 0.7;
        style.spacing.item_spacing = egui::vec2(6.0, 4.0);
    });
}

/// The relative luminance of a colour (WCAG 2.2).
pub fn luminance(c: egui::Color32) -> f32 {
    let channel = |x: u8| {
        let x = f32::from(x) / 255.0;
        if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(c.r()) + 0.7152 * channel(c.g()) + 0.0722 * channel(c.b())
}

/// The contrast of two colours (WCAG 2.2): 1 to 21.
pub fn contrast(a: egui::Color32, b: egui::Color32) -> f32 {
    let (x, y) = (luminance(a), luminance(b));
    (x.max(y) + 0.05) / (x.min(y) + 0.05)
}
