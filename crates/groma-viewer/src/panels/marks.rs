//! Words in the view at what they are about: the values of measures, and what caught a point.

use bevy_egui::egui;

/// Shows words beside places of the view, each a place in the window and its text; what lies outside the view is left
/// out.
pub fn show(ctx: &egui::Context, view: egui::Rect, marks: &[(egui::Pos2, String)]) {
    for (n, (at, text)) in marks.iter().enumerate().filter(|(_, (at, _))| view.contains(*at)) {
        // Below menus and what floats, and in nobody's way: a click goes to what lies behind.
        egui::Area::new(egui::Id::new("mark").with(n))
            .order(egui::Order::Background)
            .constrain_to(view)
            .fixed_pos(*at + egui::vec2(8.0, -22.0))
            .interactable(false)
            .show(ctx, |ui| {
                egui::Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(5, 2)).show(ui, |ui| {
                    ui.add(egui::Label::new(text).wrap_mode(egui::TextWrapMode::Extend).selectable(false));
                });
            });
    }
}
