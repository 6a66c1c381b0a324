// Read and mesh one IFC file by web-ifc; print what it cost as one line of JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const require = createRequire(join(process.argv[3], "package.json"));
const entry = require.resolve("web-ifc");
const webifc = await import(pathToFileURL(entry).href);
const { version } = JSON.parse(readFileSync(join(process.argv[3], "node_modules/web-ifc/package.json"), "utf8"));
const api = new (webifc.IfcAPI ?? webifc.default.IfcAPI)();
await api.Init();
const log = webifc.LogLevel ?? webifc.default?.LogLevel;
if (log && api.SetLogLevel) api.SetLogLevel(log.LOG_LEVEL_OFF);

const wall = performance.now();
const before = process.cpuUsage();
const bytes = new Uint8Array(readFileSync(process.argv[2]));
const model = api.OpenModel(bytes);
let meshed = 0;
let triangles = 0;
api.StreamAllMeshes(model, (mesh) => {
  meshed += 1;
  for (let i = 0; i < mesh.geometries.size(); i += 1) {
    const geometry = api.GetGeometry(model, mesh.geometries.get(i).geometryExpressID);
    const index = api.GetIndexArray(geometry.GetIndexData(), geometry.GetIndexDataSize());
    api.GetVertexArray(geometry.GetVertexData(), geometry.GetVertexDataSize());
    triangles += index.length / 3;
    geometry.delete();
  }
});
const used = process.cpuUsage(before);
console.log(JSON.stringify({
  tool: `web-ifc ${version}`, meshed, triangles,
  wall_s: (performance.now() - wall) / 1000, cpu_s: (used.user + used.system) / 1e6,
  peak_mb: process.resourceUsage().maxRSS / 1024,
}));
