package metrics

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
)

// buildSeries names the build in its labels.
func buildSeries() string {
	return series(buildName, "goversion", runtime.Version(), "version", version())
}

// version is that of the module that this room is in. In a program that embeds
// the simulator, that's one of its dependencies.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	own := strings.TrimSuffix(reflect.TypeFor[Metrics]().PkgPath(), "/sim/internal/metrics")
	for _, module := range append(info.Deps, &info.Main) {
		if module.Path == own && module.Version != "" && module.Version != "(devel)" {
			return module.Version
		}
	}
	return "devel"
}
