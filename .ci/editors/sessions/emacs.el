;;; A session of eglot with `gkc lsp`, with the setup that docs/editors.md shows. -*- lexical-binding: t -*-
;; usage: emacs --batch --load SETUP --load emacs.el --funcall session FOLDER

(require 'eglot)
(require 'flymake)
(require 'cl-lib)

(defun await (what condition)
  "Wait until CONDITION holds, else end the session with WHAT."
  (with-timeout (20 (error "Waited in vain for %s" what))
    (while (not (funcall condition))
      (accept-process-output nil 0.05)))
  (message "%s" what))

(defun mistake ()
  "Return the finding that the session is about."
  (seq-find (lambda (found) (string-search "has upper-case letters" (flymake-diagnostic-text found)))
            (flymake-diagnostics)))

(defun after (text)
  "Put point after TEXT."
  (goto-char (point-min))
  (search-forward text))

(defun session ()
  "Play the session in the folder that the command line names."
  (let ((folder (pop command-line-args-left))
        (hovered nil))
    (message "Emacs %s" emacs-version)
    (find-file (expand-file-name "gitpod-k3s.yaml" folder))
    ;; Emacs runs this after each command; a batch has none.
    (run-hooks 'post-command-hook)
    (await "the server" #'eglot-current-server)
    (await "the finding" #'mistake)
    (message "%s" (car (string-lines (flymake-diagnostic-text (mistake)))))

    (goto-char (flymake-diagnostic-beg (mistake)))
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq hovered text)))
    (await "hover" (lambda () hovered))

    (let ((actions (eglot-code-actions (flymake-diagnostic-beg (mistake)) (flymake-diagnostic-end (mistake)))))
      (message "code actions %S" (mapcar (lambda (action) (plist-get action :title)) actions))
      (eglot-execute (eglot-current-server) (seq-find (lambda (action) (plist-get action :isPreferred)) actions)))
    ;; Emacs sends changes when it is idle; a batch never is.
    (eglot--signal-textDocument/didChange)
    (await "the finding to go" (lambda () (not (mistake))))

    (after "platform: gi")
    (completion-at-point)
    (unless (looking-back "platform: gitpod" (pos-bol))
      (error "No completion: %s" (thing-at-point 'line)))
    (message "completion")

    (when (eglot-server-capable :renameProvider)
      (after "name: mai")
      (eglot-rename "workers")
      (message "rename"))
    (eglot-format-buffer)
    (save-buffer)
    (let ((expected (with-temp-buffer
                      (insert-file-contents (expand-file-name "expected.yaml" folder))
                      (buffer-string))))
      (when (eglot-server-capable :renameProvider)
        (setq expected (string-replace "name: main" "name: workers" expected)))
      (unless (equal expected (buffer-string))
        (error "Expected\n%s\nfound\n%s" expected (buffer-string))))
    (message "formatted and saved")

    ;; Not its exit code: a batch takes a process for killed that ended by itself.
    (eglot-shutdown (eglot-current-server))))
