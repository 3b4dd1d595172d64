/** The parts of the service worker API that are used here; TypeScript's library for it conflicts with the DOM's. */
import type { FromServiceWorker, ToServiceWorker } from "./messages";

/** https://developer.mozilla.org/docs/Web/API/ExtendableEvent */
export interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void;
}

/** https://developer.mozilla.org/docs/Web/API/FetchEvent */
export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  /** The page that is being opened. */
  readonly resultingClientId: string;
  respondWith(response: Promise<Response>): void;
}

export interface Client {
  readonly url: string;
  postMessage(message: FromServiceWorker): void;
}

/** https://developer.mozilla.org/docs/Web/API/ServiceWorkerGlobalScope */
export interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    get(id: string): Promise<Client | undefined>;
    matchAll(options: { readonly type: "window" }): Promise<readonly Client[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "message", listener: (event: ExtendableEvent & { readonly data: ToServiceWorker }) => void): void;
}
