// A small server for apps.permissions.request and oauth.access, written from their two pages.
//
//	go run .
//
// It prints one line of JSON with its addresses, and stops on SIGTERM. GET /new/code and GET /new/trigger
// at the admin address give one fresh value as text. Every value is fake.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	token        = "xoxa-fake-go-1"
	clientID     = "70.80"
	clientSecret = "fake-go-secret"
	redirectURI  = "https://app.example/go"
)

var (
	lock     sync.Mutex
	minted   int
	codes    = map[string]bool{} // true: was exchanged
	triggers = map[string]bool{}
	retired  = map[string]string{
		"xoxp-fake-go-removed": "token_revoked",
		"xoxb-fake-go-deleted": "account_inactive",
		"xoxp-fake-go-user":    "not_allowed_token_type",
		"xapp-fake-go-app":     "not_allowed_token_type",
	}
	channelScopes = map[string]bool{"channels:read": true, "channels:history": true, "chat:write": true, "commands": true}
	personScopes  = map[string]bool{"identity.basic": true, "identity.email": true}
	goodName      = regexp.MustCompile(`^[A-Za-z0-9_]{1,80}$`)
	arrayName     = regexp.MustCompile(`^[A-Za-z0-9_]+\[`)
)

// values are the arguments of one request; inBody are those that came in a POST body.
type values struct {
	all, inBody map[string]string
	warning     string
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	routes := http.NewServeMux()
	routes.HandleFunc("/new/{what}", mint)
	routes.HandleFunc("/api/{method}", call)
	server := &http.Server{Handler: routes}
	go server.Serve(listener)
	address := "http://" + listener.Addr().String()
	line, _ := json.Marshal(map[string]string{"url": address + "/api/", "admin": address + "/new/"})
	fmt.Println(string(line))
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	server.Close()
}

func mint(w http.ResponseWriter, r *http.Request) {
	lock.Lock()
	defer lock.Unlock()
	minted++
	switch r.PathValue("what") {
	case "code":
		code := fmt.Sprintf("70.%d.fakegocode%06d", minted, minted)
		codes[code] = false
		fmt.Fprint(w, code)
	case "trigger":
		trigger := fmt.Sprintf("%d.70.fakegotrigger%06d", minted, minted)
		triggers[trigger] = false
		fmt.Fprint(w, trigger)
	default:
		http.NotFound(w, r)
	}
}

func call(w http.ResponseWriter, r *http.Request) {
	answer := map[string]any{"ok": true}
	var got values
	var failure string
	method := r.PathValue("method")
	switch {
	case method != "apps.permissions.request" && method != "oauth.access":
		failure = "unknown_method"
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	default:
		got, failure = read(w, r)
	}
	if failure == "" {
		lock.Lock()
		if method == "oauth.access" {
			failure = exchange(r, got, answer)
		} else {
			failure = permissions(r, got)
		}
		lock.Unlock()
	}
	if failure != "" {
		answer = map[string]any{"ok": false, "error": failure}
	}
	if got.warning != "" {
		answer["warning"] = got.warning
		answer["response_metadata"] = map[string]any{"warnings": []string{got.warning}}
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	json.NewEncoder(w).Encode(answer)
}

// read takes the arguments from the query and the body, or names what is wrong with how they are written.
func read(w http.ResponseWriter, r *http.Request) (values, string) {
	got := values{all: map[string]string{}, inBody: map[string]string{}}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return got, "invalid_form_data"
	}
	form := url.Values{}
	if r.Method == http.MethodPost {
		http.NewResponseController(w).SetReadDeadline(time.Now().Add(2 * time.Second))
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return got, "request_timeout"
		}
		http.NewResponseController(w).SetReadDeadline(time.Time{})
		var failure string
		if form, failure = readBody(r.Header.Get("Content-Type"), body, len(query) > 0, &got); failure != "" {
			return got, failure
		}
	}
	for _, source := range []url.Values{query, form} {
		for name, list := range source {
			if arrayName.MatchString(name) {
				return got, "invalid_array_arg"
			}
			if !goodName.MatchString(name) {
				return got, "invalid_arg_name"
			}
			got.all[name] = list[len(list)-1]
		}
	}
	for name, list := range form {
		got.inBody[name] = list[len(list)-1]
	}
	return got, ""
}

func readBody(contentType string, body []byte, hasQuery bool, got *values) (url.Values, string) {
	if contentType == "" {
		if len(body) > 0 {
			return nil, "missing_post_type"
		}
		return nil, ""
	}
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, "invalid_post_type"
	}
	charset, hasCharset := parameters["charset"]
	isForm := kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data"
	if !isForm && kind != "application/json" && kind != "text/plain" {
		return nil, "invalid_post_type"
	}
	if charset = strings.ToLower(charset); hasCharset && charset != "utf-8" && charset != "iso-8859-1" {
		return nil, "invalid_charset"
	}
	if isForm && hasCharset {
		got.warning = "superfluous_charset"
	}
	if !isForm && !hasCharset {
		got.warning = "missing_charset"
	}
	switch {
	case kind == "text/plain":
		return nil, ""
	case kind == "application/json":
		var content any
		if json.Unmarshal(body, &content) != nil {
			return nil, "invalid_json"
		}
		if _, isObject := content.(map[string]any); !isObject {
			return nil, "json_not_object"
		}
		return nil, "" // neither method reads its arguments from JSON here
	case len(body) == 0:
		if hasQuery {
			return nil, ""
		}
		return nil, "invalid_form_data"
	case kind == "multipart/form-data":
		return readParts(body, parameters["boundary"])
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || !bytes.Contains(body, []byte("=")) {
		return nil, "invalid_form_data"
	}
	return form, ""
}

func readParts(body []byte, boundary string) (url.Values, string) {
	form := url.Values{}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextPart()
		if err == io.EOF {
			return form, ""
		}
		if err != nil {
			return nil, "invalid_form_data"
		}
		content, err := io.ReadAll(part)
		if err != nil || part.FormName() == "" {
			return nil, "invalid_form_data"
		}
		form.Set(part.FormName(), string(content))
	}
}

// bearer gives the token of the header or, failing that, of the POST body.
func bearer(r *http.Request, got values) string {
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "bearer") && text != "" {
		return text
	}
	return got.inBody["token"]
}

func checkToken(text string) string {
	if text == token {
		return ""
	}
	if code, known := retired[text]; known {
		return code
	}
	return "invalid_auth"
}

func permissions(r *http.Request, got values) string {
	text := bearer(r, got)
	if text == "" {
		return "not_authed"
	}
	if failure := checkToken(text); failure != "" {
		return failure
	}
	if got.all["scopes"] == "" || got.all["trigger_id"] == "" {
		return "invalid_arguments"
	}
	ofChannels, ofPersons := false, false
	for _, scope := range strings.Split(got.all["scopes"], ",") {
		if !channelScopes[scope] && !personScopes[scope] {
			return "invalid_scope"
		}
		ofChannels = ofChannels || channelScopes[scope]
		ofPersons = ofPersons || personScopes[scope]
	}
	if ofChannels && ofPersons {
		return "mixed_scope"
	}
	return once(triggers, got.all["trigger_id"], "invalid_trigger", "trigger_exchanged")
}

func exchange(r *http.Request, got values, answer map[string]any) string {
	if text := bearer(r, got); text != "" {
		if failure := checkToken(text); failure != "" {
			return failure
		}
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = got.all["client_id"], got.all["client_secret"]
	}
	if id != clientID {
		return "invalid_client_id"
	}
	if secret != clientSecret {
		return "bad_client_secret"
	}
	if spent, known := codes[got.all["code"]]; known && !spent && got.all["redirect_uri"] != redirectURI {
		return "bad_redirect_uri"
	}
	switch strings.ToLower(got.all["single_channel"]) {
	case "", "true", "false", "1", "0":
	default:
		return "invalid_arguments"
	}
	if failure := once(codes, got.all["code"], "invalid_code", "code_already_used"); failure != "" {
		return failure
	}
	answer["access_token"], answer["scope"] = "xoxp-fake-go-issued", "commands,channels:read"
	answer["team_id"], answer["team_name"], answer["user_id"] = "T0FAKEGO", "Fake Go Workspace", "U0FAKEGO"
	answer["enterprise_id"] = nil
	return ""
}

// once spends a value of a book of values that are good for one time.
func once(book map[string]bool, value, unknown, again string) string {
	spent, known := book[value]
	if !known {
		return unknown
	}
	if spent {
		return again
	}
	book[value] = true
	return ""
}
