//! What the events of all sources have in common: they are read from what Lambda delivered, kept byte for byte, and passed
//! through middleware.

/// An event whose content is read by `$content::of`, and holds the whole of it as `any`.
macro_rules! source_event {
    ($(#[$doc:meta])* $event:ident holds $content:ty, $kind:literal around $around:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $event {
            content: $content,
        }

        impl $event {
            /// Reads an event from its JSON: for a unit test of a handler.
            ///
            /// # Errors
            /// Where it is not such an event: what it lacks.
            pub fn from_json(json: impl Into<bytes::Bytes>) -> $crate::Result<Self> {
                Self::of($crate::AnyEvent::without_invocation(json.into()))
            }

            /// The event's JSON, byte for byte as it was delivered: Chalice's `to_dict()`.
            pub fn to_json(&self) -> bytes::Bytes {
                self.content.any.to_original_event()
            }

            /// The invocation that carries the event: Chalice's `context`.
            pub fn lambda_context(&self) -> &$crate::LambdaContext {
                self.content.any.lambda_context()
            }

            /// Puts a value beside the event, one of each type, for a later
            /// [`Extension<T>`]($crate::Extension) argument.
            pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
                self.content.any.insert(value);
            }

            /// The value of this type that was inserted.
            pub fn extension<T: Send + Sync + 'static>(&self) -> Option<std::sync::Arc<T>> {
                self.content.any.extension()
            }

            fn of(any: $crate::AnyEvent) -> $crate::Result<Self> {
                Ok(Self { content: <$content>::of(any)? })
            }
        }

        impl $crate::FromEvent for $event {
            const NEEDS: $crate::__private::Needs = $crate::__private::Needs::Nothing;

            async fn from_event(event: &$crate::AnyEvent) -> $crate::Result<Self> {
                Self::of(event.clone())
            }
        }

        impl $crate::Event for $event {
            type Output = $crate::AnyOutput;
            const KIND: &'static str = $kind;

            fn around(call: $crate::middleware::Middleware<Self>) -> $crate::middleware::Around {
                let around = $crate::events::around_source(call);
                $crate::middleware::Around::Source($crate::events::Source::$around, around)
            }
        }

        impl $crate::events::middleware::SourceEvent for $event {
            fn from_any(any: $crate::AnyEvent) -> $crate::Result<Self> {
                Self::of(any)
            }

            fn into_any(self) -> $crate::AnyEvent {
                self.content.any
            }
        }

        impl<T: $crate::FromEvent> $crate::middleware::Argument<$event> for T {
            const NEEDS: $crate::__private::Needs = T::NEEDS;

            fn make(event: &$event) -> impl Future<Output = $crate::Result<Self>> + Send {
                T::from_event(&event.content.any)
            }
        }
    };
}

pub(crate) use source_event;
