//! The two programs that check what Holdfast hands out, and what each of them reads: said on every page that hands
//! something out.

use holdfast_domain::{Actor, Object, Permission, allow};
use leptos::prelude::*;

/// Both, with a link to the script for those who may have it.
pub fn verifiers(actor: &Actor) -> AnyView {
    let script = if allow(actor, Permission::ViewLedger, Object::None) {
        view! { <a href="/ledger/verify.sh">"verify.sh"</a> }.into_any()
    } else {
        view! { <code>"verify.sh"</code>", which the Ledger page hands out" }.into_any()
    };
    view! {
        <h3>"What checks what"</h3>
        <ul>
            <li>
                <code>"holdfast verify"</code>", the program of this server on any machine, reads an evidence log as JSON (signature, proofs, each cell against its ledger entry, rules of custody) and entries as JSON lines (hashes, links, order, root)."
            </li>
            <li>
                {script}
                ", for a shell with coreutils, awk and OpenSSL 3, reads a checkpoint (signature) and the proof of a single entry. It cannot read an evidence log or an export of entries, and says so."
            </li>
            <li>"The CSV and the PDF are for reading. Nothing checks them; save the JSON beside them."</li>
        </ul>
    }
    .into_any()
}
