/**
 * Holds the addresses of the other parts. The publish step writes this module to /config.js with the stage's origins.
 * Only test stages have a demo shop.
 */
export const config = {
  apiUrl: "http://localhost:8000",
  checkoutUrl: "http://localhost:3001",
  dashboardUrl: "http://localhost:3000",
  demo: true,
};
