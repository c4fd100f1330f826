/** Keeps the merchant's profile, which several pages need: one request for each page view that needs it. */
import { request } from "./session.js";
import { setZone } from "./ui/when.js";

/** @type {Promise<Api.Profile> | null} */
let known = null;

/** Forgets the profile: at the next page, after a change, or for the next person. */
export function forgetProfile() {
  known = null;
}

/** Returns the profile. A failure is not kept. @returns {Promise<Api.Profile>} */
export function profile() {
  known ??= request("GET", "/merchants/profile").then(
    (answer) => {
      setZone(answer.time_zone);
      return answer;
    },
    (error) => {
      known = null;
      throw error;
    },
  );
  return known;
}
