import { createRouter, createWebHashHistory, type RouteRecordRaw } from "vue-router";

const routes: RouteRecordRaw[] = [
  { path: "/", component: () => import("./pages/HomePage.vue") },

  { path: "/pipeline", component: () => import("./pages/PipelinePage.vue") },
  { path: "/sources", component: () => import("./pages/SourcesPage.vue") },
  { path: "/sources/:name/:tab?", component: () => import("./pages/SourcePage.vue"), props: true },
  { path: "/builds", component: () => import("./pages/BuildsPage.vue") },
  { path: "/builds/compare", component: () => import("./pages/ComparePage.vue") },
  { path: "/builds/:name/:tab?", component: () => import("./pages/BuildPage.vue"), props: true },
  { path: "/configs/:name", component: () => import("./pages/ConfigurationPage.vue"), props: true },
  { path: "/documents/:kind?/:name?", component: () => import("./pages/DocumentsPage.vue"), props: true },
  { path: "/indices", component: () => import("./pages/IndicesPage.vue") },
  { path: "/playground", component: () => import("./pages/PlaygroundPage.vue") },
  { path: "/releases/:tab?", component: () => import("./pages/ReleasesPage.vue"), props: true },
  { path: "/jobs/commands/:id", component: () => import("./pages/CommandPage.vue"), props: true },
  { path: "/jobs/:id", component: () => import("./pages/JobPage.vue"), props: true },
  { path: "/jobs", component: () => import("./pages/JobsPage.vue") },
  { path: "/workers", component: () => import("./pages/WorkersPage.vue") },
  { path: "/schedules", component: () => import("./pages/SchedulesPage.vue") },
  { path: "/logs", component: () => import("./pages/LogsPage.vue") },
  { path: "/activity", component: () => import("./pages/ActivityPage.vue") },
  { path: "/terminal", component: () => import("./pages/TerminalPage.vue") },
  { path: "/settings/:tab?", component: () => import("./pages/SettingsPage.vue"), props: true },
  { path: "/hubs", component: () => import("./pages/HubsPage.vue") },
  { path: "/:rest(.*)*", component: () => import("./pages/MissingPage.vue") },
];

export const router = createRouter({
  history: createWebHashHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});
