use althing_storage::kv::{KEY_BYTES_MAX, KvStore, MdbxStore, MemoryStore, Row, Table, VALUE_BYTES_MAX};
use proptest::prelude::*;
use std::ops::ControlFlow;

fn all(store: &dyn KvStore, table: Table, from: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = Vec::new();
    store
        .scan(table, from, &mut |key, value| {
            rows.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

fn row() -> impl Strategy<Value = Row> {
    let key = prop::collection::vec(any::<u8>(), 1..KEY_BYTES_MAX);
    let value = prop::collection::vec(any::<u8>(), 0..200);
    (0..Table::ALL.len(), key, value).prop_map(|(table, key, value)| Row { table: Table::ALL[table], key, value })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn mdbx_and_memory_answer_alike(batches in prop::collection::vec(prop::collection::vec(row(), 0..20), 1..5), from in prop::collection::vec(any::<u8>(), 1..4)) {
        let dir = tempfile::tempdir().unwrap();
        let memory = MemoryStore::new();
        for batch in &batches {
            let mdbx = MdbxStore::open(dir.path()).unwrap();
            mdbx.commit(batch).unwrap();
            memory.commit(batch).unwrap();
            for table in Table::ALL {
                prop_assert_eq!(all(&mdbx, table, &from), all(&memory, table, &from));
            }
            for row in batch {
                prop_assert_eq!(mdbx.get(row.table, &row.key).unwrap(), memory.get(row.table, &row.key).unwrap());
            }
            prop_assert_eq!(mdbx.get(Table::Code, &[0; 40]).unwrap(), None);
        }
        let mdbx = MdbxStore::open(dir.path()).unwrap();
        mdbx.clear().unwrap();
        for table in Table::ALL {
            prop_assert!(all(&mdbx, table, &[]).is_empty());
        }
    }
}

#[test]
fn keys_and_values_that_mdbx_would_abort_on_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let stores: [Box<dyn KvStore>; 2] = [Box::new(MdbxStore::open(dir.path()).unwrap()), Box::new(MemoryStore::new())];
    for store in stores {
        for (key, value) in [(0, 1), (KEY_BYTES_MAX + 1, 1), (1, VALUE_BYTES_MAX + 1)] {
            let row = Row { table: Table::Code, key: vec![1; key], value: vec![1; value] };
            assert!(store.commit(&[row]).is_err(), "key of {key}, value of {value}");
        }
        assert!(all(store.as_ref(), Table::Code, &[]).is_empty());
    }
}

#[test]
fn readers_and_a_writer_do_not_wait_for_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let store = MdbxStore::open(dir.path()).unwrap();
    let row = |value| Row { table: Table::Code, key: vec![1], value: vec![value] };
    store.commit(&[row(1)]).unwrap();
    let mut seen = Vec::new();
    store
        .scan(Table::Code, &[], &mut |_, value| {
            std::thread::scope(|scope| scope.spawn(|| store.commit(&[row(2)]).unwrap()).join().unwrap());
            seen.push(value.to_vec());
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(seen, [vec![1]]);
    assert_eq!(store.get(Table::Code, &[1]).unwrap(), Some(vec![2]));
}
