/** The live events of one hub: a websocket that comes back by itself and asks for what it has missed. */

import type { HubEvent } from "./types";

export type LiveState = "connecting" | "live" | "offline" | "closed";
export type Listener = (event: HubEvent) => void;

/** All events but the lines of logs, which are asked for only while somebody reads them. */
const EVENTS = ["[!j]*", "job.[!l]*"];
const LOGS = "job.log";
const SLOWEST = 10_000;
/** The hub's code for a session that has ended. */
const EXPIRED = 4401;

export class EventStream {
  state: LiveState = "closed";
  lastId: number | undefined;
  private socket: WebSocket | undefined;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<Listener>();
  private logReaders = 0;
  private attempt = 0;

  constructor(
    private readonly url: () => Promise<string>,
    private readonly onState: (state: LiveState) => void,
    private readonly onGap: () => void,
    private readonly onExpired: () => void = () => undefined,
  ) {}

  open(): void {
    this.close();
    this.connect();
  }

  close(): void {
    clearTimeout(this.timer);
    this.attempt += 1;
    const socket = this.socket;
    this.socket = undefined;
    socket?.close();
    this.set("closed");
  }

  /** Try at once, for example when the browser says that the network is back. */
  hurry(): void {
    if (this.state === "offline") {
      clearTimeout(this.timer);
      this.connect();
    }
  }

  on(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Lines of logs too, until the returned function is called. */
  readLogs(): () => void {
    this.logReaders += 1;
    if (this.logReaders === 1) this.subscribe();
    return () => {
      this.logReaders -= 1;
      if (this.logReaders === 0) this.subscribe();
    };
  }

  private set(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    this.onState(state);
  }

  private subscribe(last?: number): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const wish: Record<string, unknown> = { subscribe: this.logReaders ? [...EVENTS, LOGS] : EVENTS };
    if (last !== undefined) wish.last_event_id = last;
    this.socket.send(JSON.stringify(wish));
  }

  private connect(): void {
    if (this.state !== "offline") this.set("connecting");
    this.attempt += 1;
    const mine = this.attempt;
    this.url().then(
      (url) => mine === this.attempt && this.listen(url),
      () => mine === this.attempt && this.lost(),
    );
  }

  private listen(url: string): void {
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.onopen = () => {
      const again = this.lastId !== undefined;
      this.tries = 0;
      this.subscribe(this.lastId ?? 0);
      this.set("live");
      if (again) this.onGap();
    };
    socket.onmessage = (message) => this.hear(String(message.data));
    socket.onclose = (event) => {
      if (event.code === EXPIRED) this.onExpired();
      if (this.socket === socket) this.lost();
    };
  }

  private lost(): void {
    this.socket = undefined;
    this.set("offline");
    this.tries += 1;
    const wait = Math.min(SLOWEST, 400 * 2 ** Math.min(this.tries, 6)) * (0.7 + Math.random() * 0.6);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private hear(text: string): void {
    let message: Partial<HubEvent> & { missed?: boolean };
    try {
      message = JSON.parse(text) as typeof message;
    } catch {
      return;
    }
    if (message.missed) {
      this.lastId = undefined;
      this.onGap();
      return;
    }
    if (typeof message.id !== "number" || !message.name) return;
    this.lastId = message.id;
    const event = { data: {}, at: "", ...message } as HubEvent;
    for (const listener of this.listeners) listener(event);
  }
}
