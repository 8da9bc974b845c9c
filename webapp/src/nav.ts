import {
  Activity, Boxes, CalendarClock, Cpu, FileSearch, GitBranch, Home, Layers, ListChecks, Package, ScrollText, Search, Server, Settings,
  SquareTerminal, Database,
} from "lucide-vue-next";
import type { Component } from "vue";

export interface Place {
  text: string;
  to: string;
  icon: Component;
  key?: string;
  /** Command that the hub must have. */
  needs?: string;
  feature?: string;
}

/** The pages, by group, with the second key of their shortcut: `g` and then it. */
export const PLACES: { name: string; places: Place[] }[] = [
  {
    name: "",
    places: [
      { text: "Home", to: "/", icon: Home, key: "h" },
      { text: "Pipeline", to: "/pipeline", icon: GitBranch, key: "p" },
    ],
  },
  {
    name: "Data",
    places: [
      { text: "Sources", to: "/sources", icon: Database, key: "s" },
      { text: "Builds", to: "/builds", icon: Boxes, key: "b" },
      { text: "Documents", to: "/documents", icon: FileSearch, key: "d" },
      { text: "Indices and APIs", to: "/indices", icon: Layers, key: "i" },
      { text: "Query playground", to: "/playground", icon: Search, key: "q" },
      { text: "Releases", to: "/releases", icon: Package, key: "r" },
    ],
  },
  {
    name: "Work",
    places: [
      { text: "Jobs", to: "/jobs", icon: ListChecks, key: "j" },
      { text: "Schedules", to: "/schedules", icon: CalendarClock, key: "c" },
      { text: "Workers", to: "/workers", icon: Cpu, key: "w" },
      { text: "Logs", to: "/logs", icon: ScrollText, key: "l" },
      { text: "Activity", to: "/activity", icon: Activity, key: "a" },
    ],
  },
  {
    name: "Hub",
    places: [
      { text: "Terminal", to: "/terminal", icon: SquareTerminal, key: "t", feature: "terminal" },
      { text: "Settings", to: "/settings", icon: Settings, key: "," },
      { text: "Hubs", to: "/hubs", icon: Server, key: "u" },
    ],
  },
];
