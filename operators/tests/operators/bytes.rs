//! Any bytes, and messages of which one thing was changed.

use std::sync::LazyLock;

use operators::{Incoming, Operator, autopay::AutopaySettings};
use proptest::prelude::*;

use crate::vectors::{KEY, autopay_with, itn, itn_xml, now, paybynet, przelewy24};

/// Made once: each has a client of HTTPS, which reads all the certificates of the machine.
static ALL: LazyLock<[Operator; 3]> = LazyLock::new(|| {
    [
        Operator::Autopay(autopay_with(KEY)),
        Operator::Paybynet(paybynet()),
        Operator::Przelewy24(przelewy24(12345, "0123456789abcdef")),
    ]
});

fn refused(operator: &Operator, body: &[u8]) -> bool {
    operator.notification(Incoming { body, now: now() }).is_err()
}

const ITN: [(&str, &str); 10] = [
    ("serviceID", "123456"),
    ("orderID", "0000000123"),
    ("remoteID", "REM0001"),
    ("amount", "123.50"),
    ("currency", "PLN"),
    ("gatewayID", "1500"),
    ("paymentDate", "20260515101112"),
    ("paymentStatus", "SUCCESS"),
    ("paymentStatusDetails", "AUTHORIZED"),
    ("senderData", "Anna Zmyślona"),
];
const P24: &str = r#"{"merchantId":12345,"posId":12345,"sessionId":"reeve-0001","amount":12350,"originAmount":12350,"currency":"PLN","orderId":300123456,"methodId":154,"statement":"p24-A1B-C2D-E3F","sign":"e866f78d1851a6eb28108913cfd8409617dc00f412f0a462aff3f6e971382249305ec08928750f6447c0a35b6fc8d7dd"}"#;
const PUSH: [(&str, &str); 4] = [
    ("newStatus", "2303"),
    ("transAmount", "123,50"),
    ("paymentId", "0000000123"),
    ("hash", "e03a0f06871b4e89baaf2ec5468aee1f3b9b21eb"),
];

fn form(fields: &[(&str, String)]) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// A value like the real one, or anything.
fn other(real: &str) -> BoxedStrategy<String> {
    let real = real.to_owned();
    let digits = "[0-9]{1,12}";
    let place = (0..real.len().max(1), proptest::char::range('0', 'z'));
    let near = place.prop_map({
        let real = real.clone();
        move |(at, new)| real.char_indices().map(|(i, c)| if i == at { new } else { c }).collect::<String>()
    });
    prop_oneof![near, Just(String::new()), Just(format!("{real}0")), digits.prop_map(|text| text), ".{0,20}"]
        .prop_filter("another value", move |new| new.trim() != real && !new.contains(['<', '&', '>']))
        .boxed()
}

proptest! {
    #[test]
    fn bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        for operator in &*ALL {
            prop_assert!(refused(operator, &body));
            let _ = operator.returned(&String::from_utf8_lossy(&body), now());
        }
    }

    #[test]
    fn texts_in_the_right_envelope_never_panic(text in "[<>/a-z0-9&;#!\\[\\] =\"|]{0,200}", json in "[\\{\\}\\[\\]:,\"a-zA-Z0-9.eE+-]{0,200}") {
        let [autopay, _, p24] = &*ALL;
        prop_assert!(refused(autopay, &itn(&text)));
        let inside = format!("<transactionList>{text}</transactionList>");
        prop_assert!(refused(autopay, &itn(&inside)));
        prop_assert!(refused(p24, json.as_bytes()));
    }

    #[test]
    fn an_itn_with_one_changed_field_is_refused(
        (at, new) in (0..ITN.len()).prop_flat_map(|at| other(ITN[at].1).prop_map(move |new| (at, new)))
    ) {
        let operator = &ALL[0];
        let Operator::Autopay(autopay) = operator else { unreachable!() };
        let hash = autopay.hash(ITN.map(|(_, value)| value), KEY);
        prop_assert!(!refused(operator, &itn(&itn_xml(&ITN, &hash))));
        let mut changed = ITN;
        changed[at].1 = &new;
        prop_assert!(refused(operator, &itn(&itn_xml(&changed, &hash))), "{changed:?}");
    }

    #[test]
    fn a_push_with_one_changed_field_is_refused(
        (at, new) in (0..PUSH.len()).prop_flat_map(|at| other(PUSH[at].1).prop_map(move |new| (at, new)))
    ) {
        let operator = &ALL[1];
        let mut fields = PUSH.map(|(name, value)| (name, value.to_owned()));
        prop_assert!(!refused(operator, &form(&fields)));
        prop_assume!(at != 3 || !new.eq_ignore_ascii_case(PUSH[3].1));
        fields[at].1 = new;
        prop_assert!(refused(operator, &form(&fields)), "{fields:?}");
    }

    #[test]
    fn a_message_of_przelewy24_with_one_changed_byte_is_refused(at in 0..P24.len(), new in 0x20_u8..0x7f) {
        let operator = &ALL[2];
        prop_assert!(!refused(operator, P24.as_bytes()));
        let mut changed = P24.as_bytes().to_vec();
        prop_assume!(!changed[at].eq_ignore_ascii_case(&new));
        changed[at] = new;
        prop_assert!(refused(operator, &changed), "{}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn a_service_of_another_digest_is_another_service() {
    let mut settings: AutopaySettings = autopay_with(KEY).settings().clone();
    settings.hash = operators::autopay::HashMethod::Sha512;
    let sha512 = operators::autopay::Autopay::new(settings).unwrap();
    let hash = sha512.hash(ITN.map(|(_, value)| value), KEY);
    assert_eq!(hash.len(), 128);
    assert!(!refused(&Operator::Autopay(sha512), &itn(&itn_xml(&ITN, &hash))));
    assert!(refused(&Operator::Autopay(autopay_with(KEY)), &itn(&itn_xml(&ITN, &hash))));
}
