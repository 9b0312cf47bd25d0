// Reads registries.yaml as k3s does (pkg/agent/containerd, by github.com/rancher/wharfie) and says which of its keys that reader knows.
//
// Of each file named on the command line, it prints one line: the file's data as the reader has it, in JSON.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/rancher/wharfie/pkg/registries"
	"gopkg.in/yaml.v3"
)

func main() {
	for _, path := range os.Args[1:] {
		read, err := registries.GetPrivateRegistries(path)
		if err == nil {
			err = show(read.Registry)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			os.Exit(1)
		}
	}
}

// show prints by the names that the file has, which are not those of the types' JSON.
func show(registry *registries.Registry) error {
	written, err := yaml.Marshal(registry)
	if err != nil {
		return err
	}
	var data any
	if err := yaml.Unmarshal(written, &data); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(data)
}
