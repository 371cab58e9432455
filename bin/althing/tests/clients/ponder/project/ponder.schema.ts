import { onchainTable } from "ponder";

export const holder = onchainTable("holder", (column) => ({
  address: column.hex().primaryKey(),
  balance: column.bigint().notNull(),
}));

export const transfer = onchainTable("transfer", (column) => ({
  id: column.text().primaryKey(),
  value: column.bigint().notNull(),
}));
