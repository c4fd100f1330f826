import assert from "node:assert/strict";
import { test } from "node:test";
import { findRoute, match, pathWithin } from "../../../../../frontend/dashboard/app/router.js";

test("a path matches as a whole, with or without a slash at its end", () => {
  assert.deepEqual(match("/dashboard", "/dashboard"), {});
  assert.deepEqual(match("/dashboard", "/dashboard/"), {});
  assert.equal(match("/dashboard", "/dashboards"), null);
  assert.equal(match("/dashboard", "/x/dashboard"), null);
});

test("a parameter is one part of the path, decoded", () => {
  assert.deepEqual(match("/a/:id", "/a/7"), { id: "7" });
  assert.deepEqual(match("/a/:id/b/:name", "/a/7/b/x%20y"), { id: "7", name: "x y" });
  assert.equal(match("/a/:id", "/a/7/8"), null);
  assert.equal(match("/a/:id", "/a/"), null);
});

test("half a percent code is taken as it stands", () => {
  assert.deepEqual(match("/a/:id", "/a/100%"), { id: "100%" });
});

test("the first route that fits is found", () => {
  const routes = [{ path: "/a" }, { path: "/a/new" }, { path: "/a/:id" }];
  assert.equal(findRoute(routes, "/a/new").route, routes[1]);
  assert.deepEqual(findRoute(routes, "/a/7"), { route: routes[2], params: { id: "7" } });
  assert.equal(findRoute(routes, "/b"), null);
});

test("signing in leads to a path of the dashboard and never to another site", () => {
  assert.equal(pathWithin("/dashboard/webhooks"), "/dashboard/webhooks");
  assert.equal(pathWithin("/dashboard"), "/dashboard");
  for (const elsewhere of [
    null,
    "",
    "//evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/dashboardx",
    "/\\evil.example",
    "/docs",
  ]) {
    assert.equal(pathWithin(elsewhere), "/dashboard", String(elsewhere));
  }
});
