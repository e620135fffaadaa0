//! The attributes of the crate `chalice`, which documents them. Each is parsed, checked, and expanded; every
//! mistake is reported at once, and the user's function is emitted whatever is wrong.

mod check;
mod expand;
mod mistakes;
mod parse;

use proc_macro::TokenStream;

macro_rules! route_shims {
    ($($attribute:ident $method:literal,)*) => {$(
        #[proc_macro_attribute]
        pub fn $attribute(options: TokenStream, item: TokenStream) -> TokenStream {
            expand::route::attribute(options.into(), &item.into(), Some($method)).into()
        }
    )*};
}

route_shims! {
    get "GET",
    post "POST",
    put "PUT",
    patch "PATCH",
    delete "DELETE",
    head "HEAD",
    options "OPTIONS",
}

#[proc_macro_attribute]
pub fn route(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::route::attribute(options.into(), &item.into(), None).into()
}

#[proc_macro_attribute]
pub fn lambda_function(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::lambda_function::attribute(options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn authorizer(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::authorizer::attribute(options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn on_sqs_message(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::sqs::KIND, options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn on_kinesis_record(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::kinesis::KIND, options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn on_dynamodb_record(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::dynamodb::KIND, options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn schedule(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::schedule::KIND, options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn on_cw_event(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::event::attribute(&expand::event::cloudwatch::KIND, options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn init(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::init::attribute(options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn on_shutdown(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::on_shutdown::attribute(options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn error_handler(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::error_handler::attribute(options.into(), &item.into()).into()
}

#[proc_macro_attribute]
pub fn middleware(options: TokenStream, item: TokenStream) -> TokenStream {
    expand::middleware::attribute(options.into(), &item.into()).into()
}

#[proc_macro]
pub fn app(input: TokenStream) -> TokenStream {
    expand::app::app(input.into()).into()
}

#[proc_macro]
pub fn blueprint(input: TokenStream) -> TokenStream {
    expand::app::blueprint(input.into()).into()
}
