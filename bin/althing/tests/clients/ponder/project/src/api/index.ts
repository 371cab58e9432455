import { Hono } from "hono";
import { db } from "ponder:api";
import schema from "ponder:schema";

const app = new Hono();

app.get("/totals", async (context) => {
  const transfers = await db.select().from(schema.transfer);
  const holders = await db.select().from(schema.holder);
  return context.json({
    transfers: transfers.length,
    moved: transfers.reduce((sum, { value }) => sum + value, 0n).toString(),
    balances: Object.fromEntries(holders.map(({ address, balance }) => [address, balance.toString()])),
  });
});

export default app;
