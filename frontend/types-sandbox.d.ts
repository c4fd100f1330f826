/** What the sandbox answers, which the OpenAPI document leaves out. */
declare namespace Sandbox {
  interface Clock {
    now: string;
    /** Seconds ahead of real time. */
    offset: number;
    job: { id: string; from: string; to: string; progress: number; done: boolean } | null;
  }

  interface Fault {
    id: string;
    match: string;
    effect: "error" | "throttle" | "hang" | "cut";
    when: "before" | "after";
    times: number;
    seconds: number;
  }

  interface Instrument {
    id: string;
    value: string | number;
    script: string;
  }
}
