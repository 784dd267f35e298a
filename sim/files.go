package sim

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/topsim/topsim/fixtures"
	"github.com/topsim/topsim/scenarios"
	"github.com/topsim/topsim/sim/internal/fixture"
	"github.com/topsim/topsim/sim/internal/strict"
)

// source is a file that has been read.
type source struct {
	name     string
	data     []byte
	embedded bool
}

// shelf is the embedded files of one kind.
type shelf struct {
	kind  string
	files fs.FS
	lines string // how files of lines end, which may have any size; "" if there are none
}

var (
	fixtureShelf  = shelf{"fixture", fixtures.FS, fixture.LinesSuffix}
	scenarioShelf = shelf{"scenario", scenarios.FS, ""}
)

const yamlSuffix = ".yaml"

// names returns the embedded files by name, without their suffix.
func (s shelf) names() []string {
	files, _ := fs.Glob(s.files, "*"+yamlSuffix) // the pattern is right, so there is no error
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, yamlSuffix)
	}
	return files
}

// maxFile bounds a YAML file.
const maxFile = 16 << 20

// read reads an embedded name, a file, or every file of a folder.
func (s shelf) read(name string) ([]source, error) {
	if slices.Contains(s.names(), name) {
		data, err := fs.ReadFile(s.files, name+yamlSuffix)
		return []source{{name + yamlSuffix, data, true}}, err
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, s.unknown(name)
	}
	if !info.IsDir() && (!info.Mode().IsRegular() || info.Size() > maxFile && !s.ofLines(name)) {
		return nil, fmt.Errorf("%q is no regular file of at most %d MB", name, maxFile>>20)
	}
	files := []string{name}
	if info.IsDir() {
		if files, err = s.filesOf(name); err != nil {
			return nil, err
		}
	}
	var sources []source
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source{name: file, data: data})
	}
	return sources, nil
}

func (s shelf) unknown(name string) error {
	const few = 12
	names := s.names()
	near, ok := strict.Nearest(name, names)
	switch {
	case ok:
		return fmt.Errorf("%q is no file or folder; did you mean the embedded %s %q?", name, s.kind, near)
	case len(names) > few:
		return fmt.Errorf("%q is neither an embedded %s nor a file or folder", name, s.kind)
	}
	return fmt.Errorf("%q is neither an embedded %s (%s) nor a file or folder", name, s.kind, strings.Join(names, ", "))
}

// onDisk returns those of the names that are files or folders.
func (s shelf) onDisk(names []string) []string {
	embedded := s.names()
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(embedded, name) })
}

// isYAML tells a YAML file by its name.
func isYAML(entry fs.DirEntry) bool {
	ext := filepath.Ext(entry.Name())
	return !entry.IsDir() && (ext == yamlSuffix || ext == ".yml")
}

// ofLines tells a file of lines by its name.
func (s shelf) ofLines(name string) bool { return s.lines != "" && strings.HasSuffix(name, s.lines) }

// takes tells a file of the shelf's kind by its name.
func (s shelf) takes(entry fs.DirEntry) bool {
	return isYAML(entry) || !entry.IsDir() && s.ofLines(entry.Name())
}

// filesOf returns a folder's files by name.
func (s shelf) filesOf(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if s.takes(entry) {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no *.yaml file in %s", folder)
	}
	return files, nil
}
