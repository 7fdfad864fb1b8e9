// The page on which a place is chosen: its search box.
import { offerTerms } from "./terms.js";

offerTerms(document);
