/**
 * The types that the pages' scripts name in their JSDoc. They are global, serve the type checker only, and are not
 * published.
 * Objects of the API come from its OpenAPI document: `npm run types` makes build/types/openapi.d.ts out of it first.
 */
type OpenApiPaths = import("../build/types/openapi").paths;
type Schemas = import("../build/types/openapi").components["schemas"];

declare namespace Api {
  type Account = Schemas["Account"];
  type CurrencyBalance = Schemas["CurrencyBalance"];
  type DayFigures = Schemas["DayFigures"];
  type DeadLetter = Schemas["DeadLetter"];
  type Dispute = Schemas["Dispute"];
  type Endpoint = Schemas["Endpoint"];
  type Event = Schemas["Event"];
  type Format = Schemas["Format"];
  type Found = Schemas["Found"];
  type Key = Schemas["Key"];
  /** A method that the checkout's form offers. */
  type FormMethod = "upi" | "card" | "netbanking";
  type Movement = Schemas["Movement"];
  type Order = Schemas["Order"];
  type Payment = Schemas["Payment"];
  type Posting = Schemas["LedgerPosting"];
  type Profile = Schemas["Profile"];
  type PublicOrder = Schemas["PublicOrder"];
  type PublicPayment = Schemas["PublicPayment"];
  type Refund = Schemas["Refund"];
  type Scope = Schemas["Scope"];
  type Session = Schemas["Session"];
  type Settlement = Schemas["Settlement"];
  type SettlementReport = Schemas["SettlementReport"];
  type SettlementRow = Schemas["SettlementRow"];
  type Stats = Schemas["Stats"];
  type StoredEvent = Schemas["StoredEvent"];
  type TimelineEntry = Schemas["TimelineEntry"];
  type Webhook = Schemas["Webhook"];
  type WebhookDetail = Schemas["WebhookDetail"];
  type Attempt = Schemas["Attempt"];
  type ErrorDetail = Schemas["ErrorDetail"];
  type PayerDetails = Schemas["PayerDetails"];
  /** The instrument's part of a payment request. */
  type Instrument =
    | Pick<Schemas["PublicPayByUpi"], "method" | "vpa" | "flow">
    | Pick<Schemas["PublicPayByNetbanking"], "method" | "bank">
    | Pick<Schemas["PublicPayByCard"], "method" | "card">;
}

// The API client: a call is checked against the OpenAPI document, its path, query, body and answer.

type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** "/payments/{payment_id}" as a script writes it: `/payments/${string}`. */
type Filled<Path extends string> = Path extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : Path;
type Short<Path> = Path extends `/api/v1${infer Rest}` ? Filled<Rest> : never;
type ApiPath = Short<keyof OpenApiPaths>;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type DocumentedPath<Written> = {
  [Path in keyof OpenApiPaths]: Same<Short<Path>, Written> extends true ? Path : never;
}[keyof OpenApiPaths];
type Operation<V extends Verb, Written> = OpenApiPaths[DocumentedPath<Written>][Lowercase<V>];
type JsonOf<Holder> = Holder extends { content: { "application/json": infer Content } } ? Content : never;
type ResponsesOf<O> = O extends { responses: infer Responses } ? Responses : never;
type Answer<O> = JsonOf<ResponsesOf<O>[keyof ResponsesOf<O> & (200 | 201 | 202)]>;
type SentBody<O> = O extends { requestBody?: infer Holder } ? JsonOf<NonNullable<Holder>> : never;
type Query<O> = O extends { parameters: { query?: infer Known } }
  ? { [Name in keyof Known]?: Known[Name] | null }
  : never;

interface RequestOptions<O> {
  query?: Query<O>;
  body?: SentBody<O>;
  idempotencyKey?: string;
  /** Milliseconds. */
  timeout?: number;
}

type ApiRequest = <V extends Verb, P extends ApiPath>(
  verb: V,
  path: P,
  options?: RequestOptions<Operation<V, P>>,
) => Promise<Answer<Operation<V, P>>>;

/** The lists that a table shows. */
type ListPath =
  | "/orders"
  | "/payments"
  | "/refunds"
  | "/webhooks"
  | "/webhook-endpoints"
  | "/events"
  | "/ledger"
  | "/settlements"
  | "/disputes"
  | "/keys"
  | "/dead-letters";
type RowOf<P extends ListPath> = Answer<Operation<"GET", P>> extends { data: (infer Row)[] } ? Row : never;

// Building elements.

type Child = Node | string | number | false | null | undefined | Child[];

interface Attributes {
  testId?: string;
  onClick?: (event: MouseEvent) => unknown;
  onMousedown?: (event: MouseEvent) => unknown;
  onSubmit?: (event: SubmitEvent) => unknown;
  onChange?: (event: Event) => unknown;
  onInput?: (event: Event) => unknown;
  onClose?: (event: Event) => unknown;
  onReset?: (event: Event) => unknown;
  onToggle?: (event: Event) => unknown;
  [name: string]: string | number | boolean | null | undefined | ((event: never) => unknown);
}

type IconName = keyof typeof import("./shared/icons.js").icons;
type Tone = "good" | "bad" | "warn" | "sent";

// The dashboard's pages and tables.

/** Ends the activities that a page began. */
type Leave = () => void;

type Mount = (root: HTMLElement, visit: { params: Record<string, string> }) => Leave | undefined;

interface PageModule {
  mount: Mount;
}

interface Route {
  path: string;
  title: string;
  public?: boolean;
  load(): Promise<PageModule>;
}

interface Column<Row> {
  title: string;
  cell(row: Row): Child;
  testId?: string;
  /** Words of the style sheet: "top", "push", "last", "number", "wide", "mono", "clip" and others. */
  kind?: string;
}

/** Milliseconds until the next run, by the numbers of runs and of failures in a row. */
type Delay = (runs: number, failures: number) => number;

/** What a dialog asks. */
interface Question {
  title: string;
  text?: string;
  fields?: Child[];
  /** The text of the button that confirms. */
  confirm: string;
  danger?: boolean;
  testId?: string;
  /** Tells what follows from what is typed: the confirming button's text, and a sentence. */
  preview?: () => { confirm: string; text: string };
  /** May throw: the error's message is shown and the dialog stays. */
  onConfirm(): unknown;
}

interface TableOptions<P extends ListPath, Row extends { id: string }> {
  path: P;
  label: string;
  columns: Column<Row>[];
  empty: string;
  /** The filters. */
  query?: () => Query<Operation<"GET", P>>;
  /** Adds what the API says elsewhere. */
  complete?: (rows: RowOf<P>[]) => Promise<Row[]>;
  keyOf?: (row: Row) => string;
  testId?: string;
  rowAttributes?: (row: Row) => Attributes;
  /** Rows a page; null where the API takes no limit. */
  limit?: number | null;
  paged?: boolean;
  /** The address keeps the page. */
  inUrl?: boolean;
  /** Milliseconds; 0: once. */
  refreshEvery?: number;
  onData?: (rows: Row[]) => void;
}

type PaymentFilters = Query<Operation<"GET", "/payments">>;

/** One page of a list. */
interface Page<Row> {
  data: Row[];
  /** null where the rows are not counted. */
  total?: number | null;
  next_cursor?: string | null;
}

interface LiveTable extends Live {
  /** Starts over at the first page. */
  reload(): void;
}

interface Polling {
  stop(): void;
  /** Asks at once. */
  now(): void;
}

/** A part of a page that keeps itself current. */
interface Live {
  element: HTMLElement;
  refresh(): void;
  stop(): void;
}

// The checkout.

type CardField = "number" | "expiry" | "cvv" | "holder";
type FieldName = CardField | "vpa";
type Network = "visa" | "mastercard" | "amex" | "rupay" | "unknown";
/** A key of texts.errors. */
type FieldProblem = keyof typeof import("./checkout/page/texts/en.js").texts.errors;
type FormValues = Record<FieldName, string>;

/** What the script in frontend/razorpay/ tells the checkout page of its options. */
interface RazorpayWish {
  amount?: number | string;
  currency?: string;
  name?: string;
  description?: string;
  image?: string;
  email?: string;
  contact?: string;
  notes?: Record<string, string>;
  /** false: Esc does not close the window. */
  escape?: boolean;
  /** Whether the window asks before it closes. */
  confirm?: boolean;
}

/** What the checkout page does for the kind of page around it. */
interface ShopAround {
  escape: boolean;
  /** Further fields of the request for a payment. */
  payment: { payer?: Api.PayerDetails };
  /** The question before the window closes; empty for none. @param unpaid whether the payer can still pay */
  question(unpaid: boolean): object;
  /** Tells the page that the order is unknown. Returns the payer's notice. */
  unknown(): NoticeName;
  /** Tells the page, and returns, why its options contradict the order. */
  objection(order: Api.PublicOrder): string | undefined;
  /** The order as the page wants it shown. */
  dressed(order: Api.PublicOrder): Api.PublicOrder;
  /** Further fields of the message about a settled payment. */
  result(paymentId: string): Promise<object>;
}

type NoticeName = keyof typeof import("./checkout/page/texts/en.js").texts.notices;

interface Notice {
  title: string;
  text: string;
  icon?: IconName;
}

/** How a panel about a failed or unknown payment differs from the usual one. */
interface FailureOptions {
  title?: string;
  retryText?: string;
  /** The payment's result is unknown. */
  unknown?: boolean;
  /** The shop allows no further try. */
  spent?: boolean;
  /** The text of the button that leads back to the form. */
  another?: string;
}

interface FormField {
  element: HTMLElement;
  input: HTMLInputElement;
  error: HTMLElement;
}

/** One attempt to pay, as the session keeps it. */
interface PaymentAttempt {
  idempotencyKey: string;
  method: Api.FormMethod;
  paymentId?: string;
  /** When the page first saw what the payer must do: its address and the browser's time, in milliseconds. */
  action?: { url: string; at: number };
  /** The page has sent the payer to the bank's page. */
  sent?: boolean;
}
