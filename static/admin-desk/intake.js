// The intake pages: a search box for the place of a new case, and drafts, so that a login before the
// next page loses nothing.
import { Drafts } from "./drafts.js";
import { offerTerms } from "./terms.js";

const drafts = new Drafts("intake");
const form = document.querySelector("#intake_form, #article_form");

drafts.dropThatOfTheLastPage();
if (!form.querySelector(".errorlist")) drafts.restore(form);
form.addEventListener("input", () => drafts.keep(form, document.title));
form.addEventListener("submit", () => drafts.markSent(form));
offerTerms(document);
