import { ponder } from "ponder:registry";
import { holder, transfer } from "ponder:schema";

ponder.on("Token:Transfer", async ({ event, context }) => {
  const { from, to, value } = event.args;
  await context.db.insert(transfer).values({ id: event.id, value });
  await context.db.insert(holder).values({ address: from, balance: -value }).onConflictDoUpdate((row) => ({ balance: row.balance - value }));
  await context.db.insert(holder).values({ address: to, balance: value }).onConflictDoUpdate((row) => ({ balance: row.balance + value }));
});
