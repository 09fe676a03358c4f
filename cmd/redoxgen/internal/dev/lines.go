package dev

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"text/template"

	"github.com/redoxgen/redoxgen/generator"
)

// lines are what sends a message, ready to paste: into a shell, and into a file.
type lines struct{ Curl, Command, Go string }

const curlToken = `REDOX_ACCESS_TOKEN=$(curl -sS %[1]s/auth/authenticate -H 'Content-Type: application/json' \
  --data "{\"apiKey\":\"$REDOX_API_KEY\",\"secret\":\"$REDOX_SECRET\"}" | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
`

const curlSend = `curl -sS -X POST %s \
  -H %s \
  -H 'Content-Type: application/json' \
  --data-binary @message.json`

// linesOf returns what sends a message, which is in message.json, or receives it.
func (s *Server) linesOf(m message) lines {
	if m.Direction == fromRedox {
		to := quote(s.endpoint())
		return lines{
			Curl:    fmt.Sprintf(curlSend, to, `"verification-token: $REDOX_TOKEN"`),
			Command: "redoxgen trigger message.json --to " + to + ` --token "$REDOX_TOKEN"`,
			Go:      s.program(receiver, m.Event),
		}
	}
	l := lines{
		Curl: fmt.Sprintf(curlToken, s.options.URL) + fmt.Sprintf(curlSend, s.options.URL+m.Path, `"Authorization: Bearer $REDOX_ACCESS_TOKEN"`),
		Go:   s.program(sender, m.Event),
	}
	if m.Path != "/query" { // which the command does not send
		l.Command = "redoxgen send --base-url " + s.options.URL + " message.json"
	}
	return l
}

// quote makes a word of a shell of a text.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// program returns a Go program for an event; "" if no Go type stands for it.
func (s *Server) program(t *template.Template, event string) string {
	i := slices.IndexFunc(s.options.Inspection.Events, func(e generator.EventDescription) bool { return e.Name() == event })
	if i < 0 {
		return ""
	}
	e := s.options.Inspection.Events[i]
	var b bytes.Buffer
	err := t.Execute(&b, map[string]any{
		"Package": e.Package, "Query": e.Response != "", "URL": s.options.URL,
		"Type": path.Base(e.Package) + "." + e.GoType[strings.LastIndexByte(e.GoType, '.')+1:],
	})
	if err != nil {
		return ""
	}
	return b.String()
}

// sender is a program that sends a message as a client with a key.
var sender = template.Must(template.New("").Parse(`package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"{{.Package}}"
	"github.com/redoxgen/redoxgen/runtime/auth"
	"github.com/redoxgen/redoxgen/runtime/client"
)

func main() {
	data, err := os.ReadFile("message.json")
	if err != nil {
		log.Fatal(err)
	}
	var m {{.Type}}
	if _, err := m.DecodeJSON(data); err != nil {
		log.Fatal(err)
	}
	c, err := client.New(client.Config{
		BaseURL: "{{.URL}}",
		Auth: auth.OAuth{
			ClientID: os.Getenv("REDOX_CLIENT_ID"),
			Keys:     auth.KeyFile(os.Getenv("REDOX_PRIVATE_KEY_FILE"), os.Getenv("REDOX_KEY_ID")),
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
{{- if .Query}}
	response, err := client.Query(context.Background(), c, &m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response) // its kind: no patient's data
{{- else}}
	receipt, err := c.Send(context.Background(), &m)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(receipt.Logs)
{{- end}}
}
`))

// receiver is a program that receives messages of an event.
var receiver = template.Must(template.New("").Parse(`package main

import (
	"context"
	"log"
	"os"

	"{{.Package}}"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func main() {
	mux := webhook.NewMux()
	webhook.On(mux, func(ctx context.Context, d webhook.Delivery, m *{{.Type}}) error {
		log.Print("received ", d.LogID)
		return nil
	})
	h, err := webhook.NewHandler(mux, webhook.Config{
		Tokens: []string{os.Getenv("REDOX_TOKEN")}, DeadLetter: deadletter.Dir("dead"),
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(webhook.Serve(context.Background(), "127.0.0.1:8080", h))
}
`))
