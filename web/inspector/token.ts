/** The token of the interceptors through which the inspector reads the page's traffic. */
import { Token } from "@lumino/coreutils";
import type { Taps } from "./interceptor";

export const ITaps = new Token<Taps>("wasmnb:ITaps", "The interceptors of the page's fetch and WebSocket.");
