//! Usage in every form that it comes in, and what is refused.

use super::*;

fn read(text: &str) -> Usage {
    parse(&Source::new("usage", text)).unwrap()
}

fn of(usage: &Usage, pod: &str) -> Option<u64> {
    usage.of_pod(pod, Some("gwas")).map(|memory| memory.bytes())
}

fn answer(result: &str) -> String {
    format!(r#"{{"status": "success", "data": {{"resultType": "matrix", "result": [{result}]}}}}"#)
}

fn faults(text: &str) -> Vec<(Code, String, String)> {
    let faults = parse(&Source::new("usage", text)).unwrap_err();
    let told = |fault: &Fault| (fault.code, fault.message.clone(), fault.labels[0].place.text().to_owned());
    faults.iter().map(told).collect()
}

#[test]
fn a_range_query_gives_the_largest_sample_of_each_pod() {
    let usage = read(&answer(
        r#"{"metric": {"pod": "a-1"}, "values": [[1762981602, "100"], [1762981632.5, "3e2"], [1762981662, "NaN"], [1762981692, "200"]]},
           {"metric": {"pod": "a-2", "container": "main"}, "values": [[1762981602, "0"]]}"#,
    ));
    assert_eq!((of(&usage, "a-1"), of(&usage, "a-2")), (Some(300), None));
    assert_eq!(
        usage.pods().collect::<Vec<_>>(),
        [("a-1", None)],
        "a pod of which nothing was measured has no peak"
    );
}

#[test]
fn an_instant_query_its_data_alone_and_its_list_alone_say_the_same() {
    let list = r#"[{"metric": {"pod": "a-1"}, "value": [1762981602, "102387654321"]}, {"metric": {"pod_name": "a-2"}, "value": [1, 5.9]}]"#;
    let data = format!(r#"{{"resultType": "vector", "result": {list}}}"#);
    let whole = format!("\u{feff}{{\"status\": \"success\", \"data\": {data}}}");
    let digest = read(list).digest();
    for text in [list, &data, &whole] {
        let usage = read(text);
        assert_eq!((of(&usage, "a-1"), of(&usage, "a-2")), (Some(102_387_654_321), Some(5)));
        assert_eq!(usage.digest(), digest);
    }
    assert_eq!(digest, read("pod,peak_bytes\na-1,102387654321\na-2,5").digest());
    assert_ne!(digest, read("pod,peak_bytes\na-1,102387654321\na-2,6").digest());
}

#[test]
fn only_main_counts_where_containers_are_told_apart() {
    let series = |container: &str, bytes: u64| {
        format!(r#"{{"metric": {{"pod": "a-1", "namespace": "gwas"{container}}}, "value": [1, "{bytes}"]}}"#)
    };
    let (main, wait) = (r#", "container": "main""#, r#", "container": "wait""#);
    let all = [series("", 900), series(main, 500), series(main, 700), series(wait, 800)].join(",");
    assert_eq!(of(&read(&answer(&all)), "a-1"), Some(700), "the larger of two series of main");
    assert_eq!(
        of(&read(&answer(&series("", 900))), "a-1"),
        Some(900),
        "the whole pod's, where nothing better is known"
    );
    let usage = read(&answer(&series(wait, 800)));
    assert_eq!((of(&usage, "a-1"), usage.pods().count(), usage.largest()), (None, 0, None));
}

#[test]
fn a_pod_of_another_namespace_is_another_pod() {
    let usage = read(&answer(r#"{"metric": {"pod": "a-1", "namespace": "other"}, "value": [1, "7"]}"#));
    assert_eq!(of(&usage, "a-1"), None);
    assert_eq!(usage.of_pod("a-1", None).map(|memory| memory.bytes()), Some(7));
}

#[test]
fn a_table_of_items_is_read_as_people_write_them() {
    let usage = read(
        "\u{feff}# from the dashboard\r\nnode, Item ,\"peak_bytes\"\r\nn1,5,64Gi\r\n\r\nn2,\"chr 1, left\",1.5e9\nn3,5,60Gi\n",
    );
    let of = |index: &str| usage.of_item(&Index::new(index)).map(|memory| memory.bytes());
    assert_eq!((of("5"), of("chr 1, left"), of("6")), (Some(64 << 30), Some(1_500_000_000), None));
    assert_eq!(usage.items().count(), 2);
}

#[test]
fn what_is_no_usage_is_refused_where_it_shows() {
    let no = |text: &str, message: &str, place: &str| {
        let found = faults(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0, found[0].2.as_str()), (Code::UsageNotAUsage, place), "{}", found[0].1);
        assert!(found[0].1.contains(message), "{}", found[0].1);
    };
    no("", "neither JSON nor CSV", "");
    no("a,b\n1,2\n", "neither JSON nor CSV", "a,b");
    no("item;peak_bytes\n5;1\n", "neither JSON nor CSV", "item;peak_bytes");
    no(r#"{"kind": "Workflow"}"#, "no `data.result`", "{");
    no(
        r#"{"status": "error", "errorType": "bad_data", "error": "parse error"}"#,
        "the query failed: parse error",
        "\"parse error\"",
    );
    no(r#"{"data": {"resultType": "scalar", "result": [1, "5"]}}"#, "gave a scalar", "\"scalar\"");
    no(&answer(r#"{"metric": {"node": "n1"}, "value": [1, "5"]}"#), "no series has a label `pod`", "{");
    no(&answer(r#"{"metric": {"pod": "a"}, "histogram": [1, {}]}"#), "neither `value` nor `values`", "{");
    let cpu = answer(
        r#"{"metric": {"__name__": "container_cpu_usage_seconds_total", "pod": "a"}, "value": [1, "5"]}"#,
    );
    no(&cpu, "does not say how much memory", "\"container_cpu_usage_seconds_total\"");
    no("{\"data\": ", "no answer of Prometheus: EOF", " ");
}

#[test]
fn every_number_that_is_none_is_shown() {
    let bad = |text: &str| -> Vec<String> {
        faults(text).into_iter().map(|(code, _, place)| format!("{} {place}", code.as_str())).collect()
    };
    let two = r#"{"metric": {"pod": "a"}, "values": [[1, "5"], [2, "much"], [3, "more"]]}, {"metric": {"pod": "b"}, "value": [1, "-5"]}"#;
    assert_eq!(bad(&answer(two)), ["usage::bad-number \"much\"", "usage::bad-number \"-5\""]);
    assert_eq!(
        bad("[{\"metric\": {\"pod\": \"a\"}, \"value\": [1, \"+Inf\"]}]"),
        ["usage::bad-number \"+Inf\""]
    );
    assert_eq!(
        bad("item,peak_bytes\n5,64gb\n6\n7,-1\n"),
        ["usage::bad-number 64gb", "usage::bad-number 6", "usage::bad-number -1"]
    );
}

#[test]
fn what_no_machine_has_is_refused_in_both_forms() {
    let told = |text: &str| faults(text).into_iter().map(|(_, message, _)| message).collect::<Vec<_>>();
    let too_large = ["\"1e300\" is no amount of memory: it is too large"];
    assert_eq!(
        told("pod,peak_bytes\na,999999Ei\n"),
        ["\"999999Ei\" is no amount of memory: it is too large"]
    );
    assert_eq!(told("pod,peak_bytes\na,1e300\n").len(), 1);
    assert_eq!(told(&answer(r#"{"metric": {"pod": "a"}, "value": [1, "1e300"]}"#)), too_large);
    assert_eq!(told(&answer(r#"{"metric": {"pod": "a"}, "values": [[1, "1"], [2, "1e300"]]}"#)), too_large);
}

#[test]
fn where_nothing_was_measured_both_forms_say_nothing() {
    let table = read("item,peak_bytes\n3,\n4,NaN\n5,0\n6,  \n7,0.0\n8,5\n");
    assert_eq!(table.items().map(Index::as_str).collect::<Vec<_>>(), ["8"]);
    let series = |value: &str| format!(r#"{{"metric": {{"pod": "a-{value}"}}, "value": [1, "{value}"]}}"#);
    assert_eq!(read(&answer(&[series("NaN"), series("0"), series("0.0")].join(","))).pods().count(), 0);
}

#[test]
fn a_cell_that_is_wrong_is_shown_in_its_own_line() {
    let place = |text: &str| {
        let faults = parse(&Source::new("usage", text)).unwrap_err();
        faults.iter().next().unwrap().labels[0].place.line_column()
    };
    assert_eq!(place("item,peak_bytes\n3,  x\n4,5\n"), (2, 5));
    assert_eq!(place("item,peak_bytes\n3,\"\"\"\"\n4,5\n"), (2, 3));
    assert_eq!(place("item,peak\n3,\n"), (1, 1));
    assert_eq!(place("peak_bytes,item\n4,5\n3\n"), (3, 1));
}

#[test]
fn labels_that_a_scrape_renamed_say_whose_it_is() {
    let usage = |metric: &str| read(&answer(&format!(r#"{{"metric": {{{metric}}}, "value": [1, "7"]}}"#)));
    for metric in [
        r#""pod": "agent-0", "namespace": "monitoring", "exported_pod": "a-1", "exported_namespace": "gwas""#,
        r#""pod": "agent-0", "namespace": "monitoring", "container": "agent", "exported_pod": "a-1""#,
        r#""pod": "agent-0", "container": "agent", "exported_pod": "a-1", "exported_container": "main""#,
        r#""pod": "a-1", "namespace": "monitoring", "exported_namespace": "gwas""#,
    ] {
        assert_eq!((of(&usage(metric), "a-1"), of(&usage(metric), "agent-0")), (Some(7), None), "{metric}");
    }
    let wait =
        r#""pod": "agent-0", "container": "agent", "exported_pod": "a-1", "exported_container": "wait""#;
    assert_eq!(usage(wait).pods().count(), 0);
}

#[test]
fn an_empty_answer_holds_no_peak() {
    assert_eq!(read(&answer("")).largest(), None);
}
