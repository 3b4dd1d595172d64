/** The token of the interceptors through which the inspector reads the page's traffic. */
import { Token } from "@lumino/coreutils";
import type { Interceptor } from "./interceptor";

export const IInterceptor = new Token<Interceptor>("wasmnb:IInterceptor", "The interceptors of the page's fetch and WebSocket.");
