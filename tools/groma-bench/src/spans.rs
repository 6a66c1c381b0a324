//! What each span of the libraries cost.

use cpu_time::ProcessTime;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Subscriber;
use tracing::span::Id;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

/// CPU seconds of the process, all threads, while spans of a name were open.
#[derive(Clone, Default)]
pub(crate) struct Spans(Arc<Mutex<BTreeMap<&'static str, f64>>>);

struct Opened(ProcessTime);

impl Spans {
    /// Listens from now on.
    pub(crate) fn listen() -> Self {
        let spans = Self::default();
        tracing_subscriber::registry().with(spans.clone()).init();
        spans
    }

    /// What was spent so far in spans of these names.
    pub(crate) fn of(&self, names: &[&'static str]) -> BTreeMap<&'static str, f64> {
        let spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().filter_map(|name| Some((*name, *spent.get(name)?))).collect()
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Spans {
    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            span.extensions_mut().replace(Opened(ProcessTime::now()));
        }
    }

    fn on_exit(&self, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let opened = span.extensions_mut().remove::<Opened>();
        if let Some(Opened(start)) = opened {
            let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *spent.entry(span.name()).or_insert(0.0) += start.elapsed().as_secs_f64();
        }
    }
}
