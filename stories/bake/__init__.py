"""The whole site as files. Every page is what the site itself answers: none has two presenters."""
