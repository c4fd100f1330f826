/**
 * Where the other parts live. The publish step writes this module to /config.js with the origins of the stage.
 * A demo shop is on test stages only.
 */
export const config = {
  apiUrl: "http://localhost:8000",
  checkoutUrl: "http://localhost:3001",
  dashboardUrl: "http://localhost:3000",
  demo: true,
};
