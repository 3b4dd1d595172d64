/** A notebook's page in a site: it is there to be read already. */
import "../style/reading.css";
